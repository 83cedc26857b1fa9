import type { Run } from './run.ts';
import { soundRun, wideRun } from './run.ts';
import type { World } from './world.ts';

const oneOrder = { orders: 1, edits: 1, withdraw: true } satisfies Partial<World>;
const twoOrders = { orders: 2, buyerCancels: false, lateRetrievals: false } satisfies Partial<World>;
const allOfStripe = {
  attempts: 2,
  threeDS: true,
  paymentElement: true,
  captureFails: true,
  stripeErrors: 1,
  stripeUnreachable: true,
} satisfies Partial<World>;

/** Some processes are of a release before decision 47, which publish the confirmation of an order. */
const rollOut = { rollOut: true, redeliveryChangesNothing: false } satisfies Partial<World>;

/** The services as they are: every invariant must hold in each of these worlds. */
export const soundRuns: Run[] = [
  soundRun('one order, one card', oneOrder),
  wideRun('one order, all of Stripe, edits, refund, late retrievals', oneOrder, allOfStripe, {
    refund: true,
  }),
  wideRun('one order, two cards, late retrievals', oneOrder, {
    attempts: 2,
    threeDS: true,
    paymentElement: true,
    edits: 0,
  }),
  soundRun('one order, all of Stripe, no expiry', oneOrder, allOfStripe, {
    expires: false,
    edits: 0,
    lateRetrievals: false,
  }),
  soundRun('one order, no event skipped, an explicit outbox', {
    explicitOutbox: true,
    skipsIneffectiveEvents: false,
    lateRetrievals: false,
    buyerCancels: false,
  }),
  wideRun('one order, the PaymentIntent canceled in the dashboard', oneOrder, {
    dashboard: 'cancels',
    paymentElement: true,
    threeDS: true,
    // A live order ignores that its payment is voided; after its end, the same event delivered again is recorded.
    redeliveryChangesNothing: false,
  }),
  wideRun('one order, the PaymentIntent captured in the dashboard', oneOrder, {
    dashboard: 'captures',
    paymentElement: true,
  }),
  soundRun('one order, refunds and lost disputes in the dashboard, refunds of a part', oneOrder, {
    dashboard: 'refunds',
    refund: true,
    stripeErrors: 1,
    edits: 0,
    lateRetrievals: false,
  }),
  wideRun('one order, a PaymentIntent of another amount', oneOrder, allOfStripe, {
    amountAgrees: false,
    edits: 0,
    lateRetrievals: false,
  }),
  soundRun('one order, an authorization that differs from it', oneOrder, {
    differs: 'payment:authorized',
    edits: 0,
  }),
  wideRun('one order, a capture that differs from it', oneOrder, allOfStripe, {
    differs: 'payment:created',
    edits: 0,
    lateRetrievals: false,
  }),
  soundRun('one order, a roll-out of the confirmation without an event', rollOut, { captureFails: true }),
  soundRun('one order, a roll-out of the confirmation without an event, no expiry', rollOut, {
    expires: false,
    withdraw: true,
    lateRetrievals: false,
  }),
  soundRun('two orders, no payment, no event skipped', twoOrders, {
    withdraw: true,
    skipsIneffectiveEvents: false,
    payingOrders: 0,
  }),
  wideRun('three orders, no payment', twoOrders, { orders: 3, withdraw: true, payingOrders: 0 }),
  soundRun('two orders, no payment, no expiry', twoOrders, {
    edits: 1,
    withdraw: true,
    expires: false,
    buyerCancels: true,
    payingOrders: 0,
  }),
  soundRun('two orders of one buyer with a cooldown, no payment', twoOrders, {
    oneBuyer: true,
    withdraw: true,
    buyerCancels: true,
    payingOrders: 0,
  }),
  soundRun('two orders, the first paid, withdrawal, refund', twoOrders, {
    withdraw: true,
    refund: true,
    payingOrders: 1,
  }),
];
