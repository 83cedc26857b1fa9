'use client';

import { useSyncExternalStore } from 'react';
import { formatClockTime, formatShortDay } from '../lib/time.ts';

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
