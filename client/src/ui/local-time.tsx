'use client';

import { useSyncExternalStore } from 'react';
import { clockTime, shortDay } from '../lib/time.ts';

const never = () => () => undefined;

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
    never,
    () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    () => undefined,
  );
  const time = clockTime(iso, zone, withSeconds);
  return (
    <time dateTime={iso}>
      {withDay && `${shortDay(iso, zone)}, `}
      {time}
      {zone === undefined && ' UTC'}
    </time>
  );
}
