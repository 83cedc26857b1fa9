import { waitMs } from './card-limit.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const start = Date.parse('2026-11-28T12:00:00Z');
const at = (minute: number) => new Date(start + minute * MINUTE);
const declines = (...minutes: number[]) => minutes.map((minute) => ({ at: at(minute) }));

describe('waitMs', () => {
  it.each([
    ['no decline', declines(), 0, 0],
    ['one decline less than the limit', declines(0, 1), 2, 0],
    ['the limit at once', declines(0, 0, 0), 0, HOUR],
    ['the limit within an hour', declines(0, 30, 59), 60, 59 * MINUTE],
    ['the limit within an hour, an hour after the last one', declines(0, 30, 59), 119, 0],
    ['the limit in more than an hour', declines(0, 30, 60), 60, 0],
    ['more than the limit', declines(0, 60, 61, 62), 62, HOUR],
    ['an old decline and the limit after it', declines(0, 100, 101, 102), 103, 59 * MINUTE],
  ])('after %s', (_, attempts, now, expected) => {
    expect(waitMs(attempts, 3, HOUR, at(now))).toBe(expected);
  });
});
