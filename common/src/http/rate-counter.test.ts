import { rateCounter } from './rate-counter.ts';

const HOUR = 60 * 60 * 1_000;

function aClock() {
  let time = Date.parse('2026-11-28T12:00:00Z');
  return { now: () => time, pass: (ms: number) => (time += ms) };
}

describe('rateCounter', () => {
  it('admits exactly the limit within a window, and again from the end of the window on', async () => {
    const clock = aClock();
    const counter = rateCounter({ now: clock.now });
    const count = () => counter.count('a', 10, HOUR);

    expect(await Promise.all(Array.from({ length: 10 }, count))).toEqual(Array(10).fill(0));
    clock.pass(HOUR / 4);
    expect(await count()).toBe((3 * HOUR) / 4);
    clock.pass((3 * HOUR) / 4 - 1);
    expect(await count()).toBe(1);
    clock.pass(1);
    expect(await Promise.all(Array.from({ length: 11 }, count))).toEqual([...Array(10).fill(0), HOUR]);
  });

  it('counts every key on its own', async () => {
    const counter = rateCounter({});

    expect(await counter.count('a', 1, HOUR)).toBe(0);
    expect(await counter.count('b', 1, HOUR)).toBe(0);
    expect(await counter.count('a', 1, HOUR)).toBeGreaterThan(0);
  });

  it('keeps a limited number of keys and forgets the one that was idle for longest', async () => {
    const counter = rateCounter({ maxKeys: 100 });
    for (let key = 0; key < 1_000; key += 1) {
      await counter.count('busy', 10_000, HOUR);
      await counter.count(String(key), 1, HOUR);
    }

    expect(counter.size).toBe(100);
    expect(await counter.count('999', 1, HOUR)).toBeGreaterThan(0);
    expect(await counter.count('0', 1, HOUR)).toBe(0);
    expect(await counter.count('busy', 1_000, HOUR)).toBeGreaterThan(0);
  });
});
