import type { ChannelLog } from './positions.ts';
import { comparePosition } from './positions.ts';

const now = Date.parse('2026-11-28T12:00:00Z');
const DAY_MS = 24 * 3_600_000;
const position = { sequence: 100, time: now - DAY_MS };
/** A log in which the position is, and the group is there too. */
const log: ChannelLog = {
  first: 1,
  last: { sequence: 120, time: now },
  storedAt: position.time,
  passed: 100,
};

describe('comparePosition', () => {
  it.each([
    ['current', 'the group is at the position', position, log],
    [
      'current',
      'the times differ by their precision only',
      position,
      { ...log, storedAt: position.time + 1 },
    ],
    ['behind', 'the group is further than the position', position, { ...log, passed: 120 }],
    [
      'lost',
      'the log is shorter',
      position,
      { ...log, last: { sequence: 99, time: now }, storedAt: undefined },
    ],
    ['lost', 'the log is empty', position, { first: 0, last: undefined, storedAt: undefined, passed: 0 }],
    ['lost', 'another event is at the position', position, { ...log, storedAt: now }],
    ['lost', 'events after the position were removed', position, { ...log, first: 102, passed: 101 }],
    ['behind', 'only the event at the position was removed', position, { ...log, first: 101, passed: 110 }],
    ['current', 'old events were removed that the service has', position, { ...log, first: 110 }],
    ['lost', 'the store has no position and the group is not new', undefined, log],
    ['current', 'the store has no position and the group is new', undefined, { ...log, passed: 0 }],
    ['current', 'the log was empty and still is', { sequence: 0, time: 0 }, { ...log, last: undefined }],
    [
      'behind',
      'the log was empty and the group got events',
      { sequence: 0, time: 0 },
      { ...log, storedAt: undefined, passed: 120 },
    ],
  ])('returns %s when %s', (expected, _, from, found) => {
    expect(comparePosition(from, found, now)).toBe(expected);
  });

  it('returns current when the log is empty because its events were older than its limit', () => {
    const empty = { first: 0, last: undefined, storedAt: undefined, passed: 0 };
    expect(comparePosition({ sequence: 100, time: now - 31 * DAY_MS }, empty, now)).toBe('current');
  });
});
