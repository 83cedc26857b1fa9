import {
  formatEventTime,
  formatLocalTime,
  formatLongEventTime,
  formatMinutesAndSeconds,
  formatMonth,
  formatTimeLeft,
  formatTimeZone,
} from './time.ts';
import { english } from '../i18n/translate.ts';

describe('time', () => {
  it('formats the month of an instant in UTC', () => {
    expect(formatMonth(english, '2026-03-31T23:30:00Z')).toBe('March 2026');
  });

  it('formats an event in its own time zone', () => {
    expect(formatEventTime(english, '2027-01-23T18:30:00Z', 'Europe/Vienna')).toBe('Sat 23 Jan 2027, 19:30');
    expect(formatTimeZone(english, 'America/New_York')).toBe('New York time');
  });

  it('labels the time of an event without a place or with an unknown zone as UTC', () => {
    for (const zone of [
      undefined,
      'UTC',
      'PST',
      'CET',
      'Etc/GMT+5',
      'SystemV/PST8',
      'Mars/Olympus',
      '',
      '\u0000',
    ])
      expect(formatEventTime(english, '2027-01-23T18:30:00Z', zone)).toBe('Sat 23 Jan 2027, 18:30 UTC');
    expect(formatTimeZone(english, 'PST')).toBe('UTC');
  });

  it('formats a date that cannot be read instead of throwing', () => {
    for (const iso of ['', 'soon', '+999999-01-01T00:00:00Z']) {
      expect(formatEventTime(english, iso, 'Europe/Vienna')).toBe('Date not known');
      expect(formatLongEventTime(english, iso)).toBe('Date not known');
    }
  });

  it('formats a local time as typed', () => {
    expect(formatLocalTime(english, '2027-03-28T02:30', 'Europe/Vienna')).toBe('Sun 28 Mar 2027, 02:30');
    expect(formatLocalTime(english, '2027-03-28T02:30', 'UTC')).toBe('Sun 28 Mar 2027, 02:30 UTC');
  });

  it('never formats a negative time left', () => {
    expect(formatMinutesAndSeconds(761_000)).toBe('12:41');
    expect(formatMinutesAndSeconds(-5)).toBe('0:00');
    expect(formatTimeLeft(english, 761_000)).toBe('12 minutes');
    expect(formatTimeLeft(english, 1_000)).toBe('1 second');
  });
});
