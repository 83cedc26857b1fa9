import { Temporal } from 'temporal-polyfill';

/** One of the instants that a local date and time may mean. */
export type LocalInstant = { iso: string; /** +02:00 */ offset: string };

/**
 * The instants of a local date and time (2027-01-23T19:30) in `timeZone`: none when the clocks skip it, two when they go
 * back over it, and one otherwise. Undefined for what is no date and time.
 */
export function toInstants(local: string, timeZone: string): LocalInstant[] | undefined {
  try {
    const plain = Temporal.PlainDateTime.from(local);
    const both = (['earlier', 'later'] as const).map((disambiguation) =>
      plain.toZonedDateTime(timeZone, { disambiguation }),
    );
    return both
      .filter((zoned, i) => zoned.toPlainDateTime().equals(plain) && !(i === 1 && both[0]?.equals(zoned)))
      .map((zoned) => ({ iso: new Date(zoned.epochMilliseconds).toISOString(), offset: zoned.offset }));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The local date and time of an instant, for `<input type="datetime-local">`; seconds only when there are some. */
export function toLocalDateTime(iso: string, timeZone: string): string {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return '';
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDateTime();
  const hasSeconds = local.second > 0 || local.millisecond > 0;
  return local.toString(hasSeconds ? {} : { smallestUnit: 'minute' });
}
