import type { Rules } from './rules.ts';
import { rules } from './rules.ts';
import type { World } from './world.ts';
import { world } from './world.ts';

export type Run = {
  group: 'sound' | 'mutated infrastructure' | 'mutated rule';
  name: string;
  world: World;
  /** Has so many states that only the long form of the tests explores it. */
  isWide?: boolean;
  /** The invariant that must catch the mutation; undefined where everything must hold. */
  caughtBy?: Invariant;
};
export type Invariant = `I${number}`;

/** Other rules in place of those of the services. */
export type RuleChange = { [P in keyof Rules]?: Partial<Rules[P]> };

/** The smallest world that most mutations need. */
export const smallWorld = {
  orders: 2,
  payingOrders: 1,
  buyerCancels: false,
  lateRetrievals: false,
  redeliveryChangesNothing: false,
} satisfies Partial<World>;

export function soundRun(name: string, ...parts: Partial<World>[]): Run {
  return { group: 'sound', name, world: Object.assign({}, world, ...parts) as World };
}

/** A sound world that only the long form of the tests explores. */
export function wideRun(...args: Parameters<typeof soundRun>): Run {
  return { ...soundRun(...args), isWide: true };
}

export function ruleMutation(
  name: string,
  caughtBy: Invariant,
  change: RuleChange,
  ...parts: Partial<World>[]
): Run {
  const mutated = {
    orders: { ...rules.orders, ...change.orders },
    tickets: { ...rules.tickets, ...change.tickets },
    payments: { ...rules.payments, ...change.payments },
  };
  return {
    ...soundRun(name, smallWorld, { orders: 1, rules: mutated }, ...parts),
    group: 'mutated rule',
    caughtBy,
  };
}
