import type { EventName, OrderStatus, PaymentStatus } from '@ticketing/common';

/**
 * A charge: the money of one order, from nothing until it is the seller's, or the buyer's again. Pure.
 *
 *     none → open ⇄ pending → requires_action → authorized ─order awaits payment→ capturing → captured → refunding → refunded
 *              └───────┴────────────┴───────────────┴─order cancelled→ voiding → voided
 *                                                      capture refused → voiding → failed
 *
 * `open`: the PaymentIntent waits for a card. `pending`, `capturing`, `voiding` and `refunding` are intents to talk to
 * Stripe, written before the call; what its answer or a look at the PaymentIntent means is decided here.
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
  captured: { startRefund: 'refunding' },
  voiding: { void: 'voided', fail: 'failed', capture: 'captured', startRefund: 'refunding' },
  voided: { compensate: 'refunding' },
  failed: { compensate: 'refunding' },
  refunding: { refund: 'refunded' },
  refunded: {},
};

/** Which event tells that a status was reached; the others are nobody else's business. A decline is never told. */
export const publishedEvent: Partial<Record<ChargeStatus, Extract<EventName, `payment:${string}`>>> = {
  authorized: 'payment:authorized',
  captured: 'payment:created',
  voided: 'payment:failed',
  failed: 'payment:failed',
  refunded: 'payment:refunded',
};

/** The status that follows. Throws where the table has none: whoever asks has decided wrongly. */
export function nextStatus(status: ChargeStatus, step: Step): ChargeStatus {
  const next = charge[status][step];
  if (!next) throw new Error(`A charge that is ${status} has no step ${step}`);
  return next;
}

export type VoidReason = 'voided' | 'capture_failed' | 'amount_mismatch';

/** What the rules need to know of a payment. */
export type Charge = {
  status: ChargeStatus;
  /** The order was cancelled while a card was being tried. */
  cancelRequested?: boolean | undefined;
  /** Why it is voiding. */
  reason?: VoidReason | undefined;
  /** Whether the PaymentIntent is of the order's amount and currency. */
  amountAgrees?: boolean | undefined;
};

/**
 * What to do: a step of the table, only to note that the order was cancelled, or to ask Stripe again under a fresh
 * idempotency key because the present one is used up without effect. Undefined: nothing.
 */
export type Decision =
  { step: Step; reason?: VoidReason } | { note: 'cancelRequested' } | { note: 'freshKey' } | undefined;

/** Whether an order in this state asks anything of its charge. */
export function affectsCharge(order: OrderStatus): boolean {
  return order === 'cancelled' || order === 'awaiting:payment';
}

/** What the state of the order asks of the charge. Runs on every delivery, so it must not matter how often. */
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

/** What a retrieved PaymentIntent means; it may be old news, or have changed without us (Payment Element, bank, dashboard). */
export function applyIntent({ status, cancelRequested, reason }: Charge, intent: IntentStatus): Decision {
  const isPaid = intent === 'requires_capture' || intent === 'succeeded';
  const waits = intent === 'requires_payment_method' || intent === 'requires_confirmation';
  switch (status) {
    case 'pending':
      // Waiting for a card is not news here: only the answer to this attempt's confirm is a decline.
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
 * How Stripe answered. `refused`: a 4xx that stays so. `failed`: a 5xx, which is replayed under the same key for ever
 * although it may have had its effect. `unknown`: no answer, or not now (time-out, reset, key in use): the same key again.
 */
export type AnswerKind = 'ok' | 'declined' | 'refused' | 'failed' | 'unknown';

/** Whether the PaymentIntent (for a refund: the refunds) must be looked at before the answer means anything. */
export function isInDoubt(answer: AnswerKind): boolean {
  return answer === 'refused' || answer === 'failed';
}

/** `intent`: as in the answer, or as retrieved after it; undefined when it could not be retrieved. */
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

/** The refund that went furthest; `none`: Stripe knows of none. */
export type RefundStatus = 'none' | 'pending' | 'requires_action' | 'succeeded' | 'failed' | 'canceled';

export function afterRefund(answer: AnswerKind, refund: RefundStatus | undefined): Decision {
  if (answer === 'unknown' || !refund) return undefined;
  if (refund === 'succeeded') return { step: 'refund' };
  return refund === 'pending' || refund === 'requires_action' ? undefined : { note: 'freshKey' };
}

/** Reasons that are the bank's secret: who stole a card must not learn that it is known. */
const secrets = new Set(['lost_card', 'stolen_card', 'fraudulent', 'pickup_card']);

export function publicDeclineCode(code: string): string {
  return secrets.has(code) ? 'generic_decline' : code;
}

/** Which PaymentIntents a payment in this status may have, once nothing is under way; for the reconciler. */
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
