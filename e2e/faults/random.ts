export type Random = ReturnType<typeof randomFrom>;

/** mulberry32: the same seed gives the same choices. Concurrent callers need a stream of their own (`fork`). */
export function randomFrom(seed: number) {
  let state = seed | 0;
  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    next,
    below,
    between: (low: number, high: number) => low + next() * (high - low),
    exponential: (mean: number) => -Math.log(1 - next()) * mean,
    chance: (probability: number) => next() < probability,
    fork: () => randomFrom(below(2 ** 31)),
    pick<T>(items: readonly T[]): T {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('The list is empty');
      return item;
    },
    /** One of the keys, with a probability in proportion to its weight. */
    weighted<K extends string>(weights: Partial<Record<K, number>>): K {
      const entries = Object.entries(weights) as [K, number][];
      let rest = next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [key, weight] of entries) {
        rest -= weight;
        if (rest < 0) return key;
      }
      throw new Error('There is no weight');
    },
  };
}
