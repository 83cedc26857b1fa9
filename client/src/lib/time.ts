import type { Translate } from '../i18n/translate.ts';
import { formatterOf } from './formatter.ts';

/**
 * The zone, when it is an Area/Location name that this runtime knows, or else UTC. Stored listings may have any: what one
 * browser accepts, such as PST, throws in another.
 */
export function knownTimeZone(timeZone: string | undefined): string {
  if (!timeZone || !/^(?!Etc|SystemV)\w+\//.test(timeZone)) return 'UTC';
  try {
    formatterOf('DateTimeFormat', 'en', { timeZone });
    return timeZone;
  } catch {
    return 'UTC';
  }
}

/** Never throws, because one bad listing must not blank a page. */
function formatDate(
  t: Translate,
  iso: string,
  timeZone: string | undefined,
  options: Intl.DateTimeFormatOptions,
): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return t('Date not known');
  const zoned = { timeZone: knownTimeZone(timeZone), ...options };
  const text = formatterOf('DateTimeFormat', t.language, zoned).format(at);
  // Browsers differ in the commas of English dates.
  return t.language === 'en-GB' ? text.replace(/,(?= [\dA-Z])/g, '') : text;
}

function formatDayAndTime(t: Translate, iso: string, day: string, timeZone?: string): string {
  const time = formatClockTime(t, iso, timeZone);
  return time === day ? day : t('{day}, {time}', { day, time });
}

/** Sat 23 Jan 2027, 19:30, in the time zone of the event; with the label UTC when that is not known. */
export function formatEventTime(t: Translate, startsAt: string, timeZone?: string): string {
  const time = formatDayAndTime(t, startsAt, formatEventDay(t, startsAt, timeZone), timeZone);
  return knownTimeZone(timeZone) === 'UTC' ? `${time} UTC` : time;
}

/** The same for a local date and time (2027-01-23T19:30) in a zone. */
export function formatLocalTime(t: Translate, local: string, timeZone?: string): string {
  const time = formatEventTime(t, `${local}Z`, 'UTC');
  return knownTimeZone(timeZone) === 'UTC' ? time : time.replace(/ UTC$/, '');
}

export function formatEventDay(t: Translate, startsAt: string, timeZone?: string): string {
  return formatDate(t, startsAt, timeZone, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  });
}

/** Saturday 23 January 2027, 19:30 */
export function formatLongEventTime(t: Translate, startsAt: string, timeZone?: string): string {
  const day = formatDate(t, startsAt, timeZone, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  });
  return formatDayAndTime(t, startsAt, day, timeZone);
}

export function formatClockTime(t: Translate, iso: string, timeZone?: string, withSeconds = false): string {
  return formatDate(t, iso, timeZone, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(withSeconds && { second: '2-digit' }),
  });
}

export function formatShortDay(t: Translate, iso: string, timeZone?: string): string {
  return formatDate(t, iso, timeZone, { day: 'numeric', month: 'short', year: 'numeric' });
}

/** March 2026, in UTC. */
export function formatMonth(t: Translate, iso: string): string {
  return formatDate(t, iso, undefined, { month: 'long', year: 'numeric' });
}

/** "Vienna time", from Europe/Vienna. Cities whose name differs in a language are in its catalog. */
export function formatTimeZone(t: Translate, timeZone: string | undefined): string {
  if (!timeZone || knownTimeZone(timeZone) === 'UTC') return 'UTC';
  const city = (timeZone.split('/').at(-1) ?? timeZone).replaceAll('_', ' ');
  return t('{city} time', { city: t(city) });
}

/** 12:41 */
export function formatMinutesAndSeconds(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** "12 minutes", "1 minute", "40 seconds", for sentences and announcements. */
export function formatTimeLeft(t: Translate, ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return seconds >= 60
    ? t('{count, plural, one {# minute} other {# minutes}}', { count: Math.floor(seconds / 60) })
    : t('{count, plural, one {# second} other {# seconds}}', { count: seconds });
}
