const LOCALE = 'en-GB';

/**
 * The zone, when it is an Area/Location name that this runtime knows, or else UTC. Stored listings may have any: what one
 * browser accepts, such as PST, throws in another.
 */
export function knownTimeZone(timeZone: string | undefined): string {
  if (!timeZone || !/^(?!Etc|SystemV)\w+\//.test(timeZone)) return 'UTC';
  try {
    new Intl.DateTimeFormat(LOCALE, { timeZone });
    return timeZone;
  } catch {
    return 'UTC';
  }
}

/** Never throws, because one bad listing must not blank a page. */
function formatDate(iso: string, timeZone: string | undefined, options: Intl.DateTimeFormatOptions): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return 'Date not known';
  return new Intl.DateTimeFormat(LOCALE, { timeZone: knownTimeZone(timeZone), ...options })
    .format(at)
    .replace(/,(?= \d)|,(?= [A-Z])/g, '');
}

function formatDayAndTime(iso: string, day: string, timeZone?: string): string {
  const time = formatClockTime(iso, timeZone);
  return time === day ? day : `${day}, ${time}`;
}

/** Sat 23 Jan 2027, 19:30, in the time zone of the event; with the label UTC when that is not known. */
export function formatEventTime(startsAt: string, timeZone?: string): string {
  const time = formatDayAndTime(startsAt, formatEventDay(startsAt, timeZone), timeZone);
  return knownTimeZone(timeZone) === 'UTC' ? `${time} UTC` : time;
}

/** The same for a local date and time (2027-01-23T19:30) in a zone. */
export function formatLocalTime(local: string, timeZone?: string): string {
  const time = formatEventTime(`${local}Z`, 'UTC');
  return knownTimeZone(timeZone) === 'UTC' ? time : time.replace(/ UTC$/, '');
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
  return formatDayAndTime(startsAt, day, timeZone);
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
  if (!timeZone || knownTimeZone(timeZone) === 'UTC') return 'UTC';
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
