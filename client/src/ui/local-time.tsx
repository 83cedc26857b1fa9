'use client';

import { useSyncExternalStore } from 'react';
import { formatClockTime, formatShortDay } from '../lib/time.ts';
import { useTranslate } from '#use-translate';

const subscribeToNothing = () => () => undefined;

/** An instant in the visitor's time zone. The server does not know the zone and renders UTC, labeled as such. */
export function LocalTime({
  iso,
  withDay = false,
  withSeconds = false,
}: {
  iso: string;
  withDay?: boolean;
  withSeconds?: boolean;
}) {
  const t = useTranslate();
  const zone = useSyncExternalStore(
    subscribeToNothing,
    () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    () => undefined,
  );
  const time = formatClockTime(t, iso, zone, withSeconds);
  return (
    <time dateTime={iso}>
      {withDay && `${formatShortDay(t, iso, zone)}, `}
      {time}
      {zone === undefined && ' UTC'}
    </time>
  );
}
