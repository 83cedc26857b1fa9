'use client';

import { useEffect, useRef } from 'react';
import { announce } from '../lib/announce.ts';
import { formatMinutesAndSeconds } from '../lib/time.ts';
import { useTranslate } from '#use-translate';
import { messages } from '../i18n/translate.ts';

const ANNOUNCEMENTS: Record<number, string> = messages({
  300: '5 minutes left',
  120: '2 minutes left',
  60: '1 minute left',
  30: '30 seconds left',
});

type Props = {
  seconds: number;
  className?: string;
  label?: string;
  as?: 'span' | 'p';
  /** Announces the time left of a reservation. */
  isAnnounced?: boolean;
};

/** Shows every second without announcing it; the live region announces 5:00, 2:00, 1:00 and 0:30. */
export function Countdown({
  seconds,
  className = 'num',
  label,
  as: Tag = 'span',
  isAnnounced = true,
}: Props) {
  const t = useTranslate();
  const last = useRef(seconds);
  useEffect(() => {
    const passed = Object.keys(ANNOUNCEMENTS)
      .map(Number)
      .filter((mark) => last.current > mark && seconds <= mark);
    last.current = seconds;
    const mark = Math.min(...passed);
    if (isAnnounced && passed.length > 0)
      announce(t('Your ticket is reserved for you: {time}.', { time: t(ANNOUNCEMENTS[mark] ?? '') }));
  }, [seconds, isAnnounced, t]);
  return (
    <Tag className={className} role="timer" aria-label={label ?? t('Time left')} aria-live="off">
      {formatMinutesAndSeconds(seconds * 1000)}
    </Tag>
  );
}
