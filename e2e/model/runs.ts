import { rules } from './rules.ts';
import type { Rules } from './rules.ts';
import { world } from './world.ts';
import type { Mutation, World } from './world.ts';

export type Run = {
  name: string;
  world: World;
  /** The invariant that must catch it, as its message begins; undefined where everything must hold. */
  caughtBy?: string;
};

const one = { orders: 1, edits: 1, withdraw: true } satisfies Partial<World>;
const two = { orders: 2, buyerCancels: false, lateLooks: false } satisfies Partial<World>;
const allOfStripe = {
  attempts: 2,
  threeDS: true,
  element: true,
  captureFails: true,
  errors: 1,
  unsent: true,
} satisfies Partial<World>;

function holds(name: string, ...parts: Partial<World>[]): Run {
  return { name, world: Object.assign({}, world, ...parts) as World };
}

/** The services as they are: everything must hold in each of these worlds. */
export const sound: Run[] = [
  holds('one order, one card', one),
  holds('one order, all of Stripe, refund', one, allOfStripe, { refund: true }),
  holds('one order, all of Stripe, nothing is cleared up by expiry', one, allOfStripe, { neverDue: true }),
  holds('one order, nothing taken as handled, the outbox a place of its own', one, {
    explicitOutbox: true,
    eager: false,
  }),
  holds('one order, the PaymentIntent is cancelled by hand', one, {
    byHand: 'cancels',
    element: true,
    threeDS: true,
  }),
  holds('one order, the PaymentIntent is captured by hand', one, {
    byHand: 'captures',
    element: true,
    threeDS: true,
  }),
  holds('one order, the PaymentIntent is of another amount', one, allOfStripe, { amountAgrees: false }),
  holds('two orders, no payment', two, { edits: 1, withdraw: true, eager: false, payers: 0 }),
  holds('three orders, no payment', two, { orders: 3, withdraw: true, payers: 0 }),
  holds('two orders, no payment, nothing is cleared up by expiry', two, {
    edits: 1,
    withdraw: true,
    neverDue: true,
    buyerCancels: true,
    payers: 0,
  }),
  holds('two orders, both pay, withdrawal', two, { withdraw: true }),
  holds('two orders, both pay, refund', two, { refund: true }),
];
