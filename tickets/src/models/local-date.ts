import { Temporal } from 'temporal-polyfill';
import { canonicalTimeZone } from '../time-zones.ts';

/**
 * The date at the venue when an event starts, such as 2031-05-01: what "on this day" means in a list. In UTC without a
 * zone, and with a stored one that is not valid or that this Node.js does not know.
 */
export function localDateOf(startsAt: Date, timeZone: string | undefined): string {
  const instant = Temporal.Instant.fromEpochMilliseconds(startsAt.getTime());
  try {
    return dateIn(instant, canonicalTimeZone(timeZone) ?? 'UTC');
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return dateIn(instant, 'UTC');
  }
}

function dateIn(instant: Temporal.Instant, timeZone: string): string {
  return instant.toZonedDateTimeISO(timeZone).toPlainDate().toString();
}
