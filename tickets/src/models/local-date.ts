import { Temporal } from 'temporal-polyfill';
import { canonicalTimeZone } from '../time-zones.ts';

/**
 * The time on a clock at the venue when an event starts, to the minute, such as 2031-05-01T20:00. In UTC without a zone,
 * and with a stored one that is not valid or that this Node.js does not know.
 */
export function localStartOf(startsAt: Date, timeZone: string | undefined): string {
  const instant = Temporal.Instant.fromEpochMilliseconds(startsAt.getTime());
  try {
    return clockIn(instant, canonicalTimeZone(timeZone) ?? 'UTC');
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return clockIn(instant, 'UTC');
  }
}

function clockIn(instant: Temporal.Instant, timeZone: string): string {
  const options = { smallestUnit: 'minute', roundingMode: 'trunc' } as const;
  return instant.toZonedDateTimeISO(timeZone).toPlainDateTime().toString(options);
}
