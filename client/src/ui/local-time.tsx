'use client';

import { useSyncExternalStore } from 'react';
import { formatClockTime, formatShortDay } from '../lib/time.ts';

const subscribeToNothing = () => () => undefined;

/** An instant in the reader's own zone; in UTC, and saying so, until the browser has told it. */
export function LocalTime({
  iso,
  withDay = false,
  withSeconds = false,
}: {
  iso: string;
  withDay?: boolean;
  withSeconds?: boolean;
}) {
  const zone = useSyncExternalStore(
    subscribeToNothing,
    () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    () => undefined,
  );
  const time = formatClockTime(iso, zone, withSeconds);
  return (
    <time dateTime={iso}>
      {withDay && `${formatShortDay(iso, zone)}, `}
      {time}
      {zone === undefined && ' UTC'}
    </time>
  );
}
