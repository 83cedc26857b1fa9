import { z } from 'zod';

const operations = ['create', 'update', 'confirm', 'capture', 'cancel', 'refund', 'read'] as const;
export type Operation = (typeof operations)[number];

const rate = z.union([z.boolean().transform(Number), z.number().min(0).max(1)]).default(0);
const duration = z.number().int().min(0).max(600_000).default(0);

/** What goes wrong. Rates are between 0 and 1; `true` is always. */
export const knobs = z.strictObject({
  /** Absent: every operation but `read`. */
  operation: z.union([z.enum(operations).transform((one) => [one]), z.array(z.enum(operations))]).optional(),
  /** Only so many calls are hit. Absent: all. */
  count: z.number().int().min(1).optional(),
  latencyMs: duration,
  errorRate: rate,
  errorAfterEffect: rate,
  resetBeforeEffect: rate,
  resetAfterEffect: rate,
  webhooks: z
    .strictObject({
      dropRate: rate,
      /** Additional deliveries of each event. */
      duplicate: z.union([z.boolean().transform(Number), z.number().int().min(0).max(10)]).default(0),
      delayMs: duration,
      /** Holds events for a second, then sends the youngest first. */
      reorder: z.boolean().default(false),
    })
    .prefault({}),
  seed: z.number().int().default(1),
});
type Knobs = z.output<typeof knobs>;

export interface Plan {
  latencyMs: number;
  errorBeforeEffect: boolean;
  errorAfterEffect: boolean;
  resetBeforeEffect: boolean;
  resetAfterEffect: boolean;
}

export interface Faults {
  get(): Knobs;
  set(value: Knobs): void;
  /** What goes wrong with this one call. */
  plan(operation: Operation): Plan;
  /** What goes wrong with this one event. */
  delivery(): { dropped: boolean; copies: number; delayMs: number };
}

export function createFaults(): Faults {
  let current = knobs.parse({});
  let random = randomFrom(current.seed);

  function hits(operation: Operation): boolean {
    if (current.count === 0) return false;
    return current.operation ? current.operation.includes(operation) : operation !== 'read';
  }

  return {
    get: () => current,
    set(value) {
      current = value;
      random = randomFrom(value.seed);
    },
    plan(operation) {
      const hit = hits(operation);
      const happens = (chance: number) => hit && chance > 0 && random() < chance;
      const plan = {
        latencyMs: hit ? current.latencyMs : 0,
        errorBeforeEffect: happens(current.errorRate),
        errorAfterEffect: happens(current.errorAfterEffect),
        resetBeforeEffect: happens(current.resetBeforeEffect),
        resetAfterEffect: happens(current.resetAfterEffect),
      };
      if (current.count && Object.values(plan).some(Boolean))
        current = { ...current, count: current.count - 1 };
      return plan;
    },
    delivery() {
      const { dropRate, duplicate, delayMs } = current.webhooks;
      return { dropped: dropRate > 0 && random() < dropRate, copies: 1 + duplicate, delayMs };
    },
  };
}

/** mulberry32: the same seed gives the same faults. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
