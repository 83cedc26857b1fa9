import {
  formatEventTime,
  toInstant,
  toLocalDateTime,
  formatMinutesAndSeconds,
  formatTimeLeft,
  formatTimeZone,
} from './time.ts';

describe('time', () => {
  it('tells an event in its own zone', () => {
    expect(formatEventTime('2027-01-23T18:30:00Z', 'Europe/Vienna')).toBe('Sat 23 Jan 2027, 19:30');
    expect(formatTimeZone('America/New_York')).toBe('New York time');
  });

  it('finds the instant of a local time in winter, in summer and beside a change of clocks', () => {
    expect(toInstant('2027-01-23T19:30', 'Europe/Vienna')).toBe('2027-01-23T18:30:00.000Z');
    expect(toInstant('2027-07-23T19:30', 'Europe/Vienna')).toBe('2027-07-23T17:30:00.000Z');
    expect(toInstant('2027-03-28T03:30', 'Europe/Vienna')).toBe('2027-03-28T01:30:00.000Z');
    expect(toInstant('nonsense', 'Europe/Vienna')).toBeUndefined();
  });

  it('shows an instant again as it was typed', () => {
    for (const zone of ['Europe/Vienna', 'America/Los_Angeles', 'Asia/Kolkata', 'UTC']) {
      expect(toLocalDateTime(toInstant('2027-06-18T21:15', zone) ?? '', zone)).toBe('2027-06-18T21:15');
    }
  });

  it('never counts below zero', () => {
    expect(formatMinutesAndSeconds(761_000)).toBe('12:41');
    expect(formatMinutesAndSeconds(-5)).toBe('0:00');
    expect(formatTimeLeft(761_000)).toBe('12 minutes');
    expect(formatTimeLeft(1_000)).toBe('1 second');
  });
});
