import type { Rules } from './rules.ts';
import { rules } from './rules.ts';

/**
 * Defects in the code around the rules, which the services avoid with a unique index, an outbox, a guard in a filter or
 * the order of two writes.
 */
export type Mutation =
  | 'no unique reservationKey'
  | 'no unique reservationSeq'
  | 'no outbox'
  | 'event acknowledged before the write'
  | 'no version gate'
  | 'orders reacts to new versions only'
  | 'a confirmation is not compared'
  | 'payments reacts to new versions only'
  | 'no idempotency key'
  | 'one PaymentIntent per attempt'
  | 'PaymentIntent created and confirmed in one call'
  | 'payment started on an order read earlier'
  | 'refund of an order that is not complete'
  | '5xx retried under the same idempotency key'
  | 'open PaymentIntents never refreshed'
  | 'no sweeper';

/** What may happen in a run. Duplicates, disorder, delay and crashes may always happen. */
export type World = {
  rules: Rules;
  mutation: Mutation | undefined;
  orders: number;
  /** All orders are of one buyer, who waits for the end of a cooldown. False: each is of another buyer. */
  oneBuyer: boolean;
  /** How many of the orders, from the first on, are paid. */
  payingOrders: number;
  attempts: number;
  /** The bank may require 3-D Secure. */
  threeDS: boolean;
  /** The buyer may use the Payment Element, which confirms without payments. */
  paymentElement: boolean;
  captureFails: boolean;
  /** How often Stripe answers a 5xx, with or without effect. */
  stripeErrors: number;
  /** The connection to Stripe may be refused. */
  stripeUnreachable: boolean;
  /** A PaymentIntent may be retrieved now and applied later. */
  lateRetrievals: boolean;
  /** The seller may refund the payment, or a part of it. */
  refund: boolean;
  /** What may happen to a PaymentIntent in the dashboard; the bank may also cancel it, or decide a dispute. */
  dashboard: 'cancels' | 'captures' | 'refunds' | undefined;
  /** False: the PaymentIntent has another amount than the order. */
  amountAgrees: boolean;
  /** The payment event that reaches orders with another user, amount or currency than the order's. */
  differs: 'payment:authorized' | 'payment:created' | undefined;
  edits: number;
  withdraw: boolean;
  buyerCancels: boolean;
  /** Reservations expire. Without it, a run that only expiry would end shows as stuck. */
  expires: boolean;
  /** Committing and publishing are two steps. */
  explicitOutbox: boolean;
  /** Events that can have no effect any more count as handled. False where a mutation breaks that assumption. */
  skipsIneffectiveEvents: boolean;
  /**
   * Processes of a release before decision 47 handle events of orders too. They give a confirmation a version and an event, and
   * compare only versions, so they do not see a confirmation without one.
   */
  rollOut: boolean;
  /** An event that is delivered again must change nothing. */
  redeliveryChangesNothing: boolean;
};

export const world: World = {
  rules,
  mutation: undefined,
  orders: 1,
  oneBuyer: false,
  payingOrders: 3,
  attempts: 1,
  threeDS: false,
  paymentElement: false,
  captureFails: false,
  stripeErrors: 0,
  stripeUnreachable: false,
  lateRetrievals: true,
  refund: false,
  dashboard: undefined,
  amountAgrees: true,
  differs: undefined,
  edits: 0,
  withdraw: false,
  buyerCancels: true,
  expires: true,
  explicitOutbox: false,
  skipsIneffectiveEvents: true,
  rollOut: false,
  redeliveryChangesNothing: true,
};
