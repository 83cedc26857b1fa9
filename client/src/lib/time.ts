const LOCALE = 'en-GB';

function formatDate(iso: string, timeZone: string | undefined, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(LOCALE, { timeZone: timeZone ?? 'UTC', ...options })
    .format(new Date(iso))
    .replace(/,(?= \d)|,(?= [A-Z])/g, '');
}

/** Sat 23 Jan 2027, 19:30, in the time zone of the event. */
export function formatEventTime(startsAt: string, timeZone?: string): string {
  return `${formatEventDay(startsAt, timeZone)}, ${formatClockTime(startsAt, timeZone)}`;
}

export function formatEventDay(startsAt: string, timeZone?: string): string {
  return formatDate(startsAt, timeZone, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  });
}

/** Saturday 23 January 2027, 19:30 */
export function formatLongEventTime(startsAt: string, timeZone?: string): string {
  const day = formatDate(startsAt, timeZone, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  });
  return `${day}, ${formatClockTime(startsAt, timeZone)}`;
}

export function formatClockTime(iso: string, timeZone?: string, withSeconds = false): string {
  return formatDate(iso, timeZone, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(withSeconds && { second: '2-digit' }),
  });
}

export function formatShortDay(iso: string, timeZone?: string): string {
  return formatDate(iso, timeZone, { day: 'numeric', month: 'short', year: 'numeric' });
}

/** "Vienna time", from Europe/Vienna. */
export function formatTimeZone(timeZone: string | undefined): string {
  if (!timeZone || timeZone === 'UTC') return 'UTC';
  return `${(timeZone.split('/').at(-1) ?? timeZone).replaceAll('_', ' ')} time`;
}

/** 12:41 */
export function formatMinutesAndSeconds(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** "12 minutes", "1 minute", "40 seconds", for sentences and announcements. */
export function formatTimeLeft(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const [count, unit] = seconds >= 60 ? [Math.floor(seconds / 60), 'minute'] : [seconds, 'second'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

function offsetMs(at: number, timeZone: string): number {
  const shown = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(new Date(at));
  const value = (type: string) => Number(shown.find((part) => part.type === type)?.value);
  const asUtc = Date.UTC(
    value('year'),
    value('month') - 1,
    value('day'),
    value('hour'),
    value('minute'),
    value('second'),
  );
  return asUtc - Math.floor(at / 1000) * 1000;
}

/** The instant of a local date and time (2027-01-23T19:30) in `timeZone`; undefined for an invalid date. */
export function toInstant(local: string, timeZone: string): string | undefined {
  const asUtc = Date.parse(`${local}Z`);
  if (Number.isNaN(asUtc)) return undefined;
  const first = asUtc - offsetMs(asUtc, timeZone);
  // Near a change to or from daylight saving time, the offset at the first guess may be wrong.
  return new Date(asUtc - offsetMs(first, timeZone)).toISOString();
}

/** The local date and time of an instant in `timeZone`, for <input type="datetime-local">. */
export function toLocalDateTime(iso: string, timeZone: string): string {
  const at = Date.parse(iso);
  return new Date(at + offsetMs(at, timeZone)).toISOString().slice(0, 16);
}
