import type { Invariant, Run } from './run.ts';
import { smallWorld, soundRun } from './run.ts';
import type { Mutation, World } from './world.ts';

function mutation(name: Mutation, caughtBy: Invariant, ...parts: Partial<World>[]): Run {
  return {
    ...soundRun(name, smallWorld, { mutation: name }, ...parts),
    group: 'mutated infrastructure',
    caughtBy,
  };
}

/** Defects around the rules: an index, an outbox, a guard or the order of two writes is wrong. */
export const infrastructureMutations: Run[] = [
  mutation('no unique reservationKey', 'I1'),
  mutation('no unique reservationSeq', 'I7', { expires: false, buyerCancels: true, payingOrders: 0 }),
  mutation('no outbox', 'I5'),
  mutation('event acknowledged before the write', 'I5'),
  mutation('no version gate', 'I5', { skipsIneffectiveEvents: false }),
  mutation('orders reacts to new versions only', 'I7', { orders: 1, expires: false }),
  mutation('a confirmation is not compared', 'I7', { orders: 1 }),
  mutation('payments reacts to new versions only', 'I3', { orders: 1 }),
  mutation('no idempotency key', 'I3', { orders: 1 }),
  mutation('one PaymentIntent per attempt', 'I3', { orders: 1, attempts: 2, paymentElement: true }),
  mutation('PaymentIntent created and confirmed in one call', 'I3', { orders: 1 }),
  mutation('payment started on an order read earlier', 'I3', { orders: 1 }),
  mutation('refund of an order that is not complete', 'I2', { orders: 1, refund: true }),
  mutation('5xx retried under the same idempotency key', 'I7', { orders: 1, stripeErrors: 1 }),
  mutation('open PaymentIntents never refreshed', 'I7', { orders: 1, threeDS: true, expires: false }),
  mutation('no sweeper', 'I7', { orders: 1 }),
];
