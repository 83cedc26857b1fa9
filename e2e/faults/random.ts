export type Random = ReturnType<typeof randomFrom>;

/** mulberry32: the same seed gives the same choices. Who chooses beside others has a stream of its own (`fork`). */
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
      if (item === undefined) throw new Error('There is nothing to pick from');
      return item;
    },
    /** One of the keys, as often as its weight says. */
    weighted<K extends string>(weights: Partial<Record<K, number>>): K {
      const entries = Object.entries(weights) as [K, number][];
      let left = next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [key, weight] of entries) {
        left -= weight;
        if (left < 0) return key;
      }
      throw new Error('There is nothing to choose from');
    },
  };
}
