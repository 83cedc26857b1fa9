import type { Card } from './cards.ts';
import { findCard } from './cards.ts';
import type { Change, EventDraft } from './change.ts';
import { mergeMetadata, newCharge, paymentMethodOf } from './charges.ts';
import type { ErrorBody } from './errors.ts';
import { invalidRequest, StripeError } from './errors.ts';
import { requireStatusFor, unexpectedState } from './intent-status.ts';
import { requireChargeableAmount } from './money.ts';
import type { Charge, Intent, Metadata } from './objects.ts';
import { newId, seconds, toPublic } from './objects.ts';

/*
 * The states of a PaymentIntent. Each function is pure: it maps the current state to a Change or throws.
 *
 *     requires_payment_method ⇄ requires_confirmation ─confirm→ requires_action ─bank→ requires_capture ─capture→ succeeded
 *       └────────────────────────────┴──────── cancel ────────────┴──────────────────────┴→ canceled
 *
 * A declined card and a failed authentication lead back to requires_payment_method.
 */

interface IntentParams {
  amount: number;
  currency: string;
  capture_method: Intent['capture_method'];
  metadata: Metadata;
  description?: string | undefined;
  receipt_email?: string | undefined;
}

/** How the buyer pays: the name of a test card and the page to return to after 3-D Secure. */
export interface PaymentDetails {
  card?: string | undefined;
  returnUrl?: string | undefined;
}

export function create(params: IntentParams, { card, returnUrl }: PaymentDetails): Change {
  requireChargeableAmount(params.amount, params.currency);
  const id = newId('pi');
  const intent: Intent = {
    id,
    object: 'payment_intent',
    amount: params.amount,
    amount_capturable: 0,
    amount_received: 0,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: params.capture_method,
    client_secret: newId(`${id}_secret`),
    confirmation_method: 'automatic',
    created: seconds(),
    currency: params.currency,
    customer: null,
    description: params.description ?? null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    metadata: mergeMetadata({}, params.metadata),
    next_action: null,
    payment_method: card ? newId('pm') : null,
    payment_method_types: ['card'],
    receipt_email: params.receipt_email ?? null,
    status: card ? 'requires_confirmation' : 'requires_payment_method',
    emulator: { card: card ?? null, returnUrl: returnUrl ?? null, captures: 0, holds: 0, declines: 0 },
  };
  return { intent, events: [['payment_intent.created', intent]] };
}

export function confirm(intent: Intent, details: PaymentDetails, bankUrl: (id: string) => string): Change {
  requireStatusFor('confirm', intent);
  const card = details.card ?? intent.emulator.card;
  if (!card) {
    throw unexpectedState(
      intent,
      "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.",
    );
  }
  const confirmed: Intent = {
    ...intent,
    last_payment_error: null,
    next_action: null,
    payment_method: details.card ? newId('pm') : intent.payment_method,
    emulator: { ...intent.emulator, card, returnUrl: details.returnUrl ?? intent.emulator.returnUrl },
  };
  const { decline, challenge } = findCard(card);
  if (decline) return declined(confirmed, decline);
  if (!challenge) return authorized(confirmed);
  const redirect_to_url = { url: bankUrl(intent.id), return_url: confirmed.emulator.returnUrl };
  const challenged: Intent = {
    ...confirmed,
    status: 'requires_action',
    next_action: { type: 'redirect_to_url', redirect_to_url },
  };
  return { intent: challenged, events: [['payment_intent.requires_action', challenged]] };
}

/** The buyer approves or declines the payment on the bank page. */
export function authenticate(intent: Intent, isApproved: boolean): Change {
  if (intent.status !== 'requires_action') {
    throw unexpectedState(
      intent,
      `This PaymentIntent has a status of ${intent.status}, so it does not require authentication.`,
    );
  }
  if (isApproved) return authorized({ ...intent, next_action: null });
  const failed = withFailedAttempt(intent, {
    type: 'invalid_request_error',
    code: 'payment_intent_authentication_failure',
    message:
      'The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.',
    payment_method: paymentMethodOf(intent),
  });
  return { intent: failed, events: [['payment_intent.payment_failed', failed]] };
}

export function capture(intent: Intent, charge: Charge | undefined, requestedAmount?: number): Change {
  requireStatusFor('capture', intent);
  if (!charge) throw new Error(`${intent.id} is authorized but has no charge`);
  const amount = requestedAmount ?? intent.amount_capturable;
  if (amount > intent.amount_capturable) {
    throw invalidRequest(
      'The amount to capture must be less than or equal to the remaining capturable amount.',
      { code: 'amount_too_large', param: 'amount_to_capture', payment_intent: toPublic(intent) },
    );
  }
  const { captureFailure } = findCard(intent.emulator.card ?? '');
  if (!captureFailure) return captured(intent, charge, amount, 'charge.captured');
  const change =
    captureFailure === 'intent canceled' ? canceled(intent, charge, 'automatic') : { intent, events: [] };
  const error = invalidRequest(
    'The charge cannot be captured as the authorization has expired. Auth and capture charges must be captured within seven days.',
    { code: 'charge_expired_for_capture', charge: charge.id, payment_intent: toPublic(change.intent) },
  );
  return { ...change, error };
}

export function cancel(intent: Intent, charge: Charge | undefined, reason: string | null): Change {
  requireStatusFor('cancel', intent);
  return canceled(intent, charge, reason);
}

function authorized(intent: Intent): Change {
  const charge = newCharge(intent, {});
  const capturable: Intent = {
    ...intent,
    status: 'requires_capture',
    latest_charge: charge.id,
    amount_capturable: intent.amount,
    emulator: { ...intent.emulator, holds: intent.emulator.holds + 1 },
  };
  if (intent.capture_method !== 'manual') {
    return captured(capturable, charge, intent.amount, 'charge.succeeded');
  }
  return {
    intent: capturable,
    charge,
    events: [
      ['charge.succeeded', charge],
      ['payment_intent.amount_capturable_updated', capturable],
    ],
  };
}

function declined(intent: Intent, decline: NonNullable<Card['decline']>): Change {
  const charge = newCharge(intent, {
    status: 'failed',
    paid: false,
    failure_code: decline.code,
    failure_message: decline.message,
  });
  const reason: ErrorBody = {
    type: 'card_error',
    ...decline,
    charge: charge.id,
    payment_method: paymentMethodOf(intent),
  };
  const failed = withFailedAttempt({ ...intent, latest_charge: charge.id }, reason);
  return {
    intent: failed,
    charge,
    error: new StripeError(402, { ...reason, payment_intent: toPublic(failed) }),
    events: [
      ['charge.failed', charge],
      ['payment_intent.payment_failed', failed],
    ],
  };
}

function withFailedAttempt(intent: Intent, reason: ErrorBody): Intent {
  return {
    ...intent,
    status: 'requires_payment_method',
    last_payment_error: new StripeError(402, reason).body,
    next_action: null,
    payment_method: null,
    emulator: { ...intent.emulator, card: null, declines: intent.emulator.declines + 1 },
  };
}

function captured(intent: Intent, charge: Charge, amount: number, chargeEvent: string): Change {
  const paidCharge: Charge = { ...charge, captured: true, amount_captured: amount };
  const succeeded: Intent = {
    ...intent,
    status: 'succeeded',
    amount_capturable: 0,
    amount_received: amount,
    emulator: { ...intent.emulator, captures: intent.emulator.captures + 1 },
  };
  return {
    intent: succeeded,
    charge: paidCharge,
    events: [
      [chargeEvent, paidCharge],
      ['payment_intent.succeeded', succeeded],
    ],
  };
}

function canceled(intent: Intent, charge: Charge | undefined, reason: string | null): Change {
  const canceledIntent: Intent = {
    ...intent,
    status: 'canceled',
    amount_capturable: 0,
    canceled_at: seconds(),
    cancellation_reason: reason,
    next_action: null,
  };
  const events: EventDraft[] = [['payment_intent.canceled', canceledIntent]];
  if (intent.status !== 'requires_capture' || !charge) return { intent: canceledIntent, events };
  // Stripe shows a voided authorization as a refunded charge.
  const voided: Charge = { ...charge, refunded: true, amount_refunded: charge.amount };
  return { intent: canceledIntent, charge: voided, events: [['charge.refunded', voided], ...events] };
}
