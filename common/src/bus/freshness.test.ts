import { Freshness } from './freshness.ts';

const START = 1_000_000;

/** Has the broker answer every 500 ms. */
function answer(freshness: Freshness, from: number, until: number): void {
  for (let now = from; now <= until; now += 500) freshness.answered(now);
}

/** One whose subscriptions have been active since START, and whose broker answers until `answersUntil`. */
function freshSince(answersUntil: number): Freshness {
  const freshness = new Freshness();
  freshness.setUp(true, START);
  answer(freshness, START, answersUntil);
  return freshness;
}

describe('Freshness', () => {
  it('is not current before the first connection', () => {
    expect(new Freshness().isCurrent(START)).toBe(false);
  });

  it('is current 10 s after the subscriptions became active', () => {
    const freshness = freshSince(START + 10_000);

    expect(freshness.isCurrent(START + 9_999)).toBe(false);
    expect(freshness.isCurrent(START + 10_000)).toBe(true);
  });

  it('is not current while a subscription is down, nor in the 10 s after it came back', () => {
    const freshness = freshSince(START + 20_000);
    freshness.setUp(false, START + 20_000);
    expect(freshness.isCurrent(START + 20_000)).toBe(false);

    freshness.setUp(true, START + 21_000);
    answer(freshness, START + 21_500, START + 31_000);
    freshness.setUp(true, START + 25_000); // no change

    expect(freshness.isCurrent(START + 30_999)).toBe(false);
    expect(freshness.isCurrent(START + 31_000)).toBe(true);
  });

  it('is not current when the broker has not answered for 2 s, nor in the 10 s after it answers again', () => {
    const freshness = freshSince(START + 20_000);
    expect(freshness.isCurrent(START + 22_000)).toBe(true);
    expect(freshness.isCurrent(START + 22_001)).toBe(false);

    answer(freshness, START + 23_000, START + 33_000);

    expect(freshness.isCurrent(START + 32_999)).toBe(false);
    expect(freshness.isCurrent(START + 33_000)).toBe(true);
  });

  it('is not current for 10 s after an event that the broker had stored more than 2 s before', () => {
    const freshness = freshSince(START + 30_000);
    freshness.received('in-time', START + 18_000, START + 20_000);
    freshness.finished('in-time', START + 20_000);
    expect(freshness.isCurrent(START + 20_000)).toBe(true);

    freshness.received('late', START + 17_999, START + 20_000);
    freshness.finished('late', START + 20_000);

    expect(freshness.isCurrent(START + 29_999)).toBe(false);
    expect(freshness.isCurrent(START + 30_000)).toBe(true);
  });

  it('is not current while an event waits for its handler for more than 2 s, nor for 10 s after it', () => {
    const freshness = freshSince(START + 40_000);
    freshness.received('slow', START + 20_000, START + 20_000);
    expect(freshness.isCurrent(START + 22_000)).toBe(true);
    expect(freshness.isCurrent(START + 22_001)).toBe(false);

    freshness.finished('slow', START + 25_000);

    expect(freshness.isCurrent(START + 34_999)).toBe(false);
    expect(freshness.isCurrent(START + 35_000)).toBe(true);
  });

  it('is not current in the 10 s after the broker lost its store', () => {
    const freshness = freshSince(START + 30_000);

    freshness.restart(START + 20_000);

    expect(freshness.isCurrent(START + 29_999)).toBe(false);
    expect(freshness.isCurrent(START + 30_000)).toBe(true);
  });
});
