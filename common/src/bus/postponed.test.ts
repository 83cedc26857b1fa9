import { Postponed } from './postponed.ts';

describe('Postponed', () => {
  it('lets only so many events of a channel wait, and those that wait already', () => {
    const postponed = new Postponed(30_000, 2);

    expect(postponed.admit('order:created', 1, 0)).toBe(true);
    expect(postponed.admit('order:created', 2, 0)).toBe(true);
    expect(postponed.admit('order:created', 3, 0)).toBe(false);
    expect(postponed.admit('order:created', 1, 10_000)).toBe(true);
    expect(postponed.admit('order:updated', 3, 10_000)).toBe(true);
  });

  it('frees the place of an event that has not been delivered again for 30 s', () => {
    const postponed = new Postponed(30_000, 2);
    postponed.admit('order:created', 1, 0);
    postponed.admit('order:created', 2, 0);
    postponed.admit('order:created', 1, 10_000);

    expect(postponed.admit('order:created', 3, 30_000)).toBe(false);
    expect(postponed.admit('order:created', 3, 30_001)).toBe(true);
    expect(postponed.admit('order:created', 4, 40_000)).toBe(false);
  });
});
