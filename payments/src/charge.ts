import type { EventName, OrderStatus, PaymentStatus } from '@ticketing/common';

/**
 * A charge: the money of one order, from nothing until it is captured, or refunded. Pure.
 *
 *     none → open ⇄ pending → requires_action → authorized ─order awaits payment→ capturing → captured → refunding → refunded
 *              └───────┴────────────┴───────────────┴─order cancelled→ voiding → voided
 *                                                      capture refused → voiding → failed
 *
 * A refund of a part leads from `refunding` back to `captured`; so does one that Stripe refuses. What happens at Stripe
 * without the shop is an `adjust`, or a `refund` once the buyer has all of the money back (returned-money.ts).
 *
 * `open`: the PaymentIntent waits for a card. `pending`, `capturing`, `voiding` and `refunding` are written before the
 * call to Stripe that they stand for; the functions below decide what its answer, or a retrieved PaymentIntent, means.
 */
export type ChargeStatus = 'none' | PaymentStatus;

export type Step =
  | 'open'
  | 'attempt'
  | 'decline'
  | 'requireAction'
  | 'authorize'
  | 'startCapture'
  | 'capture'
  | 'startVoid'
  | 'void'
  | 'fail'
  | 'startRefund'
  | 'refund'
  | 'endRefund'
  | 'adjust'
  | 'compensate';

export const charge: Record<ChargeStatus, Partial<Record<Step, ChargeStatus>>> = {
  none: { open: 'open', attempt: 'pending', compensate: 'refunding' },
  open: {
    attempt: 'pending',
    requireAction: 'requires_action',
    authorize: 'authorized',
    startVoid: 'voiding',
  },
  pending: {
    decline: 'open',
    requireAction: 'requires_action',
    authorize: 'authorized',
    startVoid: 'voiding',
  },
  requires_action: { decline: 'open', authorize: 'authorized', startVoid: 'voiding' },
  authorized: { startCapture: 'capturing', startVoid: 'voiding' },
  capturing: { capture: 'captured', startVoid: 'voiding' },
  captured: { startRefund: 'refunding', adjust: 'captured', refund: 'refunded' },
  voiding: { void: 'voided', fail: 'failed', capture: 'captured', startRefund: 'refunding' },
  voided: { compensate: 'refunding' },
  failed: { compensate: 'refunding' },
  refunding: { refund: 'refunded', endRefund: 'captured' },
  refunded: { adjust: 'refunded' },
};

/** The event that publishes a status. The other statuses are internal, and a decline is never published. */
export const publishedEvent: Partial<Record<ChargeStatus, Extract<EventName, `payment:${string}`>>> = {
  authorized: 'payment:authorized',
  captured: 'payment:created',
  voided: 'payment:failed',
  failed: 'payment:failed',
  refunded: 'payment:refunded',
};

/** The status after a step. Throws when the table has none: then the caller has a bug. */
export function nextStatus(status: ChargeStatus, step: Step): ChargeStatus {
  const next = charge[status][step];
  if (!next) throw new Error(`A charge that is ${status} has no step ${step}`);
  return next;
}

export type VoidReason = 'voided' | 'capture_failed' | 'amount_mismatch';
export type EndReason = VoidReason | 'dispute_lost';

/** The fields of a payment that the rules read. */
export type Charge = {
  status: ChargeStatus;
  /** The order was cancelled while a card was being tried. */
  cancelRequested?: boolean | undefined;
  /** Why the charge is voiding or refunded. */
  reason?: EndReason | undefined;
  /** Whether the PaymentIntent has the order's amount and currency. */
  amountAgrees?: boolean | undefined;
};

/**
 * What to do: a step of the table, or only a note that the order was cancelled, or a retry under a fresh idempotency
 * key because the current one is used up without effect. Undefined: nothing.
 */
export type Decision =
  { step: Step; reason?: EndReason } | { note: 'cancelRequested' } | { note: 'freshKey' } | undefined;

/** Whether an order in this status requires a reaction of its charge. */
export function affectsCharge(order: OrderStatus): boolean {
  return order === 'cancelled' || order === 'awaiting:payment';
}

/** The charge's reaction to the status of its order. Runs on every delivery, so it must be idempotent. */
export function reactToOrder(
  order: OrderStatus,
  { status, cancelRequested, amountAgrees = true }: Charge,
): Decision {
  if (order === 'cancelled') {
    if (status === 'pending') return cancelRequested ? undefined : { note: 'cancelRequested' };
    if (status === 'open' || status === 'requires_action' || status === 'authorized')
      return { step: 'startVoid', reason: 'voided' };
    if (status === 'captured') return { step: 'startRefund' };
  }
  if (order === 'awaiting:payment' && status === 'authorized')
    return amountAgrees ? { step: 'startCapture' } : { step: 'startVoid', reason: 'amount_mismatch' };
  return undefined;
}

export type IntentStatus =
  | 'requires_payment_method'
  | 'requires_confirmation'
  | 'requires_action'
  | 'processing'
  | 'requires_capture'
  | 'canceled'
  | 'succeeded';

/** What a retrieved PaymentIntent means. It may be outdated, or changed elsewhere (Payment Element, bank, dashboard). */
export function applyIntent({ status, cancelRequested, reason }: Charge, intent: IntentStatus): Decision {
  const isPaid = intent === 'requires_capture' || intent === 'succeeded';
  const waits = intent === 'requires_payment_method' || intent === 'requires_confirmation';
  switch (status) {
    case 'pending':
      // An intent that waits for a card means nothing here: only the answer to this attempt's confirm is a decline.
      if (waits || intent === 'processing') return undefined;
      if (cancelRequested || intent === 'canceled') return { step: 'startVoid', reason: 'voided' };
      return { step: isPaid ? 'authorize' : 'requireAction' };
    case 'open':
    case 'requires_action':
      if (isPaid) return { step: 'authorize' };
      if (intent === 'canceled') return { step: 'startVoid', reason: 'voided' };
      if (intent === 'requires_action') return status === 'open' ? { step: 'requireAction' } : undefined;
      return waits && status === 'requires_action' ? { step: 'decline' } : undefined;
    case 'capturing':
      if (intent === 'succeeded') return { step: 'capture' };
      return intent === 'canceled' ? { step: 'startVoid', reason: 'capture_failed' } : undefined;
    case 'voiding':
      if (intent === 'canceled') return { step: reason === 'voided' ? 'void' : 'fail' };
      if (intent === 'succeeded') return { step: reason === 'capture_failed' ? 'capture' : 'startRefund' };
      return undefined;
    case 'none':
    case 'authorized':
    case 'captured':
    case 'voided':
    case 'failed':
    case 'refunding':
    case 'refunded':
      return undefined;
  }
}

/**
 * How Stripe answered. `refused`: a permanent 4xx. `failed`: a 5xx, which Stripe replays under the same key although the
 * call may have had its effect. `unknown`: no answer, or a temporary error (time-out, reset, key in use): retry with the
 * same key.
 */
export type AnswerKind = 'ok' | 'declined' | 'refused' | 'failed' | 'unknown';

/** Whether the PaymentIntent (for a refund: the refunds) must be retrieved to interpret the answer. */
export function isInDoubt(answer: AnswerKind): boolean {
  return answer === 'refused' || answer === 'failed';
}

/** `intent` is the one in the answer or retrieved after it; undefined when it could not be retrieved. */
export function afterConfirm(now: Charge, answer: AnswerKind, intent: IntentStatus | undefined): Decision {
  if (answer === 'unknown' || (isInDoubt(answer) && !intent)) return undefined;
  if (now.cancelRequested) return { step: 'startVoid', reason: 'voided' };
  if (answer === 'declined' || !intent) return { step: 'decline' };
  if (intent === 'requires_payment_method' || intent === 'requires_confirmation') return { step: 'decline' };
  return applyIntent(now, intent);
}

export function afterCapture(now: Charge, answer: AnswerKind, intent: IntentStatus | undefined): Decision {
  if (answer === 'unknown' || !intent) return undefined;
  const decision = applyIntent(now, intent);
  if (decision) return decision;
  if (answer === 'failed') return { note: 'freshKey' };
  return answer === 'ok' ? undefined : { step: 'startVoid', reason: 'capture_failed' };
}

export function afterCancel(now: Charge, answer: AnswerKind, intent: IntentStatus | undefined): Decision {
  if (answer === 'unknown' || !intent) return undefined;
  return applyIntent(now, intent) ?? (answer === 'ok' ? undefined : { note: 'freshKey' });
}

/** Whether a PaymentIntent may have this status when nothing is in flight for the charge; for the reconciler. */
export function isConsistent(status: ChargeStatus, intent: IntentStatus): boolean {
  switch (status) {
    case 'none':
    case 'voided':
    case 'failed':
      return intent === 'canceled' || intent === 'requires_payment_method';
    case 'open':
      return intent === 'requires_payment_method' || intent === 'requires_confirmation';
    case 'requires_action':
      return intent === 'requires_action';
    case 'authorized':
      return intent === 'requires_capture';
    case 'captured':
    case 'refunding':
    case 'refunded':
      return intent === 'succeeded';
    case 'pending':
    case 'capturing':
    case 'voiding':
      return true;
  }
}
