import { rules } from './rules.ts';
import type { Rules } from './rules.ts';

/**
 * Ways to build the thin edges around the rules wrongly: what the services do with a unique index, an outbox, a guard
 * in a filter, the order of two writes.
 */
export type Mutation =
  | 'no unique reservationKey'
  | 'no unique reservationSeq'
  | 'no outbox'
  | 'acknowledged before it is written'
  | 'version gate removed'
  | 'orders reacts behind the gate'
  | 'payments reacts behind the gate'
  | 'no idempotency key'
  | 'a PaymentIntent per attempt'
  | 'created and confirmed in one call'
  | 'payment starts on an order read before'
  | 'refund of what is not complete'
  | 'a 5xx is asked for again under the same key'
  | 'nobody looks at open PaymentIntents'
  | 'no sweeper';

/** What may happen in a run. Duplicates, disorder, delay and crashes always may. */
export type World = {
  rules: Rules;
  mutation: Mutation | undefined;
  orders: number;
  /** How many of the orders are paid for, the first ones. */
  payers: number;
  attempts: number;
  /** The bank asks for 3-D Secure. */
  threeDS: boolean;
  /** The buyer may use the Payment Element, which confirms without us. */
  element: boolean;
  captureFails: boolean;
  /** How often Stripe answers a 5xx, with or without effect. */
  errors: number;
  /** The connection to Stripe is refused. */
  unsent: boolean;
  /** A PaymentIntent may be retrieved now and applied later. */
  lateLooks: boolean;
  refund: boolean;
  /** Somebody cancels or captures a PaymentIntent by hand, or the bank lets a hold go. */
  byHand: 'cancels' | 'captures' | undefined;
  /** False: the PaymentIntent is of another amount than the order. */
  amountAgrees: boolean;
  edits: number;
  withdraw: boolean;
  buyerCancels: boolean;
  /** No reservation runs out, so whatever only that would clear up shows as stuck. */
  neverDue: boolean;
  /** The outbox is a place of its own: committed and published are two steps. */
  explicitOutbox: boolean;
  /** What can never change anything again is taken as handled. Off where a mutation makes that untrue. */
  eager: boolean;
  /** An event that is delivered again must change nothing. */
  repeatsChangeNothing: boolean;
};

export const world: World = {
  rules,
  mutation: undefined,
  orders: 1,
  payers: 3,
  attempts: 1,
  threeDS: false,
  element: false,
  captureFails: false,
  errors: 0,
  unsent: false,
  lateLooks: true,
  refund: false,
  byHand: undefined,
  amountAgrees: true,
  edits: 0,
  withdraw: false,
  buyerCancels: true,
  neverDue: false,
  explicitOutbox: false,
  eager: true,
  repeatsChangeNothing: true,
};
