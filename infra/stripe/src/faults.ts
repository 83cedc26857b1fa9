import { z } from 'zod';

const operations = ['create', 'update', 'confirm', 'capture', 'cancel', 'refund', 'read'] as const;
export type Operation = (typeof operations)[number];

const rate = z.union([z.boolean().transform(Number), z.number().min(0).max(1)]).default(0);
const duration = z.number().int().min(0).max(600_000).default(0);

/** Fault injection options. Rates are between 0 and 1; `true` is 1. */
export const faultOptions = z.strictObject({
  /** The operations to disturb. Default: all but `read`. */
  operation: z.union([z.enum(operations).transform((one) => [one]), z.array(z.enum(operations))]).optional(),
  /** How many calls to disturb. Default: all. */
  count: z.number().int().min(1).optional(),
  latencyMs: duration,
  /** Responds with 500 without effect. */
  errorRate: rate,
  /** Responds with 500 although the request took effect. */
  errorAfterEffect: rate,
  resetBeforeEffect: rate,
  resetAfterEffect: rate,
  webhooks: z
    .strictObject({
      dropRate: rate,
      /** Additional deliveries of each event. */
      duplicate: z.union([z.boolean().transform(Number), z.number().int().min(0).max(10)]).default(0),
      delayMs: duration,
      /** Collects events for a second, then sends the newest first. */
      reorder: z.boolean().default(false),
    })
    .prefault({}),
  seed: z.number().int().default(1),
});
type FaultOptions = z.output<typeof faultOptions>;

/** The faults to inject into one request. */
export interface FaultPlan {
  latencyMs: number;
  errorBeforeEffect: boolean;
  errorAfterEffect: boolean;
  resetBeforeEffect: boolean;
  resetAfterEffect: boolean;
}

export interface Faults {
  get(): FaultOptions;
  set(options: FaultOptions): void;
  /** Draws the faults of one request. */
  plan(operation: Operation): FaultPlan;
  /** Draws the faults of one webhook event. */
  planDelivery(): { dropped: boolean; copies: number; delayMs: number };
}

export function createFaults(): Faults {
  let current = faultOptions.parse({});
  let random = randomFrom(current.seed);

  function applies(operation: Operation): boolean {
    if (current.count === 0) return false;
    return current.operation ? current.operation.includes(operation) : operation !== 'read';
  }

  return {
    get: () => current,
    set(options) {
      current = options;
      random = randomFrom(options.seed);
    },
    plan(operation) {
      const isHit = applies(operation);
      const draw = (chance: number) => isHit && chance > 0 && random() < chance;
      const plan = {
        latencyMs: isHit ? current.latencyMs : 0,
        errorBeforeEffect: draw(current.errorRate),
        errorAfterEffect: draw(current.errorAfterEffect),
        resetBeforeEffect: draw(current.resetBeforeEffect),
        resetAfterEffect: draw(current.resetAfterEffect),
      };
      if (current.count && Object.values(plan).some(Boolean))
        current = { ...current, count: current.count - 1 };
      return plan;
    },
    planDelivery() {
      const { dropRate, duplicate, delayMs } = current.webhooks;
      return { dropped: dropRate > 0 && random() < dropRate, copies: 1 + duplicate, delayMs };
    },
  };
}

/** mulberry32, so that the same seed draws the same faults. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
