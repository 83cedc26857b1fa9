import {
  formatEventTime,
  toInstant,
  toLocalDateTime,
  formatMinutesAndSeconds,
  formatTimeLeft,
  formatTimeZone,
} from './time.ts';

describe('time', () => {
  it('formats an event in its own time zone', () => {
    expect(formatEventTime('2027-01-23T18:30:00Z', 'Europe/Vienna')).toBe('Sat 23 Jan 2027, 19:30');
    expect(formatTimeZone('America/New_York')).toBe('New York time');
  });

  it('converts a local time to an instant in winter, in summer and near a clock change', () => {
    expect(toInstant('2027-01-23T19:30', 'Europe/Vienna')).toBe('2027-01-23T18:30:00.000Z');
    expect(toInstant('2027-07-23T19:30', 'Europe/Vienna')).toBe('2027-07-23T17:30:00.000Z');
    expect(toInstant('2027-03-28T03:30', 'Europe/Vienna')).toBe('2027-03-28T01:30:00.000Z');
    expect(toInstant('nonsense', 'Europe/Vienna')).toBeUndefined();
  });

  it('converts an instant back to the local time that was typed', () => {
    for (const zone of ['Europe/Vienna', 'America/Los_Angeles', 'Asia/Kolkata', 'UTC']) {
      expect(toLocalDateTime(toInstant('2027-06-18T21:15', zone) ?? '', zone)).toBe('2027-06-18T21:15');
    }
  });

  it('never formats a negative time left', () => {
    expect(formatMinutesAndSeconds(761_000)).toBe('12:41');
    expect(formatMinutesAndSeconds(-5)).toBe('0:00');
    expect(formatTimeLeft(761_000)).toBe('12 minutes');
    expect(formatTimeLeft(1_000)).toBe('1 second');
  });
});
