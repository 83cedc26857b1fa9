import { cardNamed } from './cards.ts';
import type { Card } from './cards.ts';
import { StripeError, invalidRequest } from './errors.ts';
import type { ErrorBody } from './errors.ts';
import { newId, seconds, shown } from './objects.ts';
import type { Charge, Intent, IntentStatus, Metadata, Refund } from './objects.ts';

/**
 * The life of a PaymentIntent. Pure: from what is, what will be, and what Stripe would tell about it.
 *
 *     requires_payment_method ⇄ requires_confirmation ─confirm→ requires_action ─bank→ requires_capture ─capture→ succeeded
 *       └────────────────────────────┴──────── cancel ────────────┴──────────────────────┴→ canceled
 *
 * A declined confirm and a failed authentication go back to requires_payment_method.
 */
export interface Change {
  intent: Intent;
  charge?: Charge;
  refund?: Refund;
  happened: [type: string, object: Intent | Charge | Refund][];
  /** The request failed although it changed something. */
  error?: StripeError;
}

const allowed = {
  confirm: ['requires_payment_method', 'requires_confirmation', 'requires_action'],
  capture: ['requires_capture'],
  cancel: [
    'requires_payment_method',
    'requires_capture',
    'requires_confirmation',
    'requires_action',
    'processing',
  ],
} as const satisfies Record<string, IntentStatus[]>;

const wording = {
  confirm: ['You cannot confirm this PaymentIntent because it', 'confirmed'],
  capture: ['This PaymentIntent could not be captured because it', 'captured'],
  cancel: ['You cannot cancel this PaymentIntent because it', 'canceled'],
} as const;

function unexpectedState(intent: Intent, message: string): StripeError {
  return invalidRequest(message, { code: 'payment_intent_unexpected_state', payment_intent: shown(intent) });
}

function requireStatus(step: keyof typeof allowed, intent: Intent): void {
  const statuses: readonly IntentStatus[] = allowed[step];
  if (statuses.includes(intent.status)) return;
  const [start, done] = wording[step];
  const why =
    step === 'capture' && intent.status === 'succeeded'
      ? 'has already been captured.'
      : `has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be ${done}: ${statuses.join(', ')}.`;
  throw unexpectedState(intent, `${start} ${why}`);
}

/** Smallest charges in minor units, where they are not 50. */
const smallest: Record<string, number> = {
  gbp: 30,
  sek: 300,
  nok: 300,
  dkk: 250,
  czk: 1500,
  huf: 17500,
  mxn: 1000,
};

interface NewIntent {
  amount: number;
  currency: string;
  capture_method: Intent['capture_method'];
  metadata: Metadata;
  description?: string | undefined;
  receipt_email?: string | undefined;
}

export function create(params: NewIntent, attempt: Attempt): Change {
  const least = smallest[params.currency] ?? 50;
  if (params.amount < least)
    throw badAmount('small', `at least ${money(least, params.currency)} ${params.currency}`);
  if (params.amount > 99_999_999)
    throw badAmount('large', `no more than ${money(99_999_999, params.currency)}`);
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
    metadata: changedMetadata({}, params.metadata),
    next_action: null,
    payment_method: attempt.card ? newId('pm') : null,
    payment_method_types: ['card'],
    receipt_email: params.receipt_email ?? null,
    status: attempt.card ? 'requires_confirmation' : 'requires_payment_method',
    emulator: {
      card: attempt.card ?? null,
      returnUrl: attempt.returnUrl ?? null,
      captures: 0,
      holds: 0,
      declines: 0,
    },
  };
  return { intent, happened: [['payment_intent.created', intent]] };
}

export interface Attempt {
  card?: string | undefined;
  returnUrl?: string | undefined;
}

export function confirm(intent: Intent, attempt: Attempt, bankUrl: (id: string) => string): Change {
  requireStatus('confirm', intent);
  const card = attempt.card ?? intent.emulator.card;
  if (!card) {
    throw unexpectedState(
      intent,
      "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.",
    );
  }
  const ready: Intent = {
    ...intent,
    last_payment_error: null,
    next_action: null,
    payment_method: attempt.card ? newId('pm') : intent.payment_method,
    emulator: { ...intent.emulator, card, returnUrl: attempt.returnUrl ?? intent.emulator.returnUrl },
  };
  const { decline, challenge } = cardNamed(card);
  if (decline) return declined(ready, decline);
  if (!challenge) return authorised(ready);
  const redirect_to_url = { url: bankUrl(intent.id), return_url: ready.emulator.returnUrl };
  const waiting: Intent = {
    ...ready,
    status: 'requires_action',
    next_action: { type: 'redirect_to_url', redirect_to_url },
  };
  return { intent: waiting, happened: [['payment_intent.requires_action', waiting]] };
}

/** The buyer answered their bank. */
export function authenticate(intent: Intent, approved: boolean): Change {
  if (intent.status !== 'requires_action') {
    throw unexpectedState(
      intent,
      `This PaymentIntent has a status of ${intent.status} and waits for no bank.`,
    );
  }
  if (approved) return authorised({ ...intent, next_action: null });
  const failed = failedAttempt(intent, {
    type: 'invalid_request_error',
    code: 'payment_intent_authentication_failure',
    message:
      'The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.',
    payment_method: paymentMethod(intent),
  });
  return { intent: failed, happened: [['payment_intent.payment_failed', failed]] };
}

function authorised(intent: Intent): Change {
  const charge = newCharge(intent, {});
  const held: Intent = {
    ...intent,
    status: 'requires_capture',
    latest_charge: charge.id,
    amount_capturable: intent.amount,
    emulator: { ...intent.emulator, holds: intent.emulator.holds + 1 },
  };
  if (intent.capture_method !== 'manual') return taken(held, charge, intent.amount, ['charge.succeeded']);
  return {
    intent: held,
    charge,
    happened: [
      ['charge.succeeded', charge],
      ['payment_intent.amount_capturable_updated', held],
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
    payment_method: paymentMethod(intent),
  };
  const failed = failedAttempt({ ...intent, latest_charge: charge.id }, reason);
  return {
    intent: failed,
    charge,
    error: new StripeError(402, { ...reason, payment_intent: shown(failed) }),
    happened: [
      ['charge.failed', charge],
      ['payment_intent.payment_failed', failed],
    ],
  };
}

function failedAttempt(intent: Intent, reason: ErrorBody): Intent {
  return {
    ...intent,
    status: 'requires_payment_method',
    last_payment_error: new StripeError(402, reason).body,
    next_action: null,
    payment_method: null,
    emulator: { ...intent.emulator, card: null, declines: intent.emulator.declines + 1 },
  };
}

export function capture(intent: Intent, charge: Charge | undefined, asked?: number): Change {
  requireStatus('capture', intent);
  if (!charge) throw new Error(`${intent.id} is held without a charge`);
  const amount = asked ?? intent.amount_capturable;
  if (amount > intent.amount_capturable) {
    throw invalidRequest(
      'The amount to capture must be less than or equal to the remaining capturable amount.',
      {
        code: 'amount_too_large',
        param: 'amount_to_capture',
        payment_intent: shown(intent),
      },
    );
  }
  const { captureRefused } = cardNamed(intent.emulator.card ?? '');
  if (!captureRefused) return taken(intent, charge, amount, ['charge.captured']);
  const change =
    captureRefused === 'canceling' ? released(intent, charge, 'automatic') : { intent, happened: [] };
  const error = invalidRequest(
    'The charge cannot be captured as the authorization has expired. Auth and capture charges must be captured within seven days.',
    { code: 'charge_expired_for_capture', charge: charge.id, payment_intent: shown(change.intent) },
  );
  return { ...change, error };
}

function taken(intent: Intent, charge: Charge, amount: number, told: string[]): Change {
  const captured: Charge = { ...charge, captured: true, amount_captured: amount };
  const paid: Intent = {
    ...intent,
    status: 'succeeded',
    amount_capturable: 0,
    amount_received: amount,
    emulator: { ...intent.emulator, captures: intent.emulator.captures + 1 },
  };
  const charges = told.map((type): [string, Charge] => [type, captured]);
  return { intent: paid, charge: captured, happened: [...charges, ['payment_intent.succeeded', paid]] };
}

export function cancel(intent: Intent, charge: Charge | undefined, reason: string | null): Change {
  requireStatus('cancel', intent);
  return released(intent, charge, reason);
}

function released(intent: Intent, charge: Charge | undefined, reason: string | null): Change {
  const canceled: Intent = {
    ...intent,
    status: 'canceled',
    amount_capturable: 0,
    canceled_at: seconds(),
    cancellation_reason: reason,
    next_action: null,
  };
  const happened: Change['happened'] = [['payment_intent.canceled', canceled]];
  if (intent.status !== 'requires_capture' || !charge) return { intent: canceled, happened };
  const freed: Charge = { ...charge, refunded: true, amount_refunded: charge.amount };
  return { intent: canceled, charge: freed, happened: [['charge.refunded', freed], ...happened] };
}

interface NewRefund {
  amount?: number | undefined;
  reason?: string | undefined;
  metadata: Metadata;
}

export function refund(intent: Intent, charge: Charge | undefined, params: NewRefund): Change {
  if (!charge?.captured) {
    throw invalidRequest(`This PaymentIntent (${intent.id}) does not have a successful charge to refund.`, {
      param: 'payment_intent',
    });
  }
  if (charge.refunded) {
    throw invalidRequest(`Charge ${charge.id} has already been refunded.`, {
      code: 'charge_already_refunded',
      charge: charge.id,
    });
  }
  const left = charge.amount_captured - charge.amount_refunded;
  const amount = params.amount ?? left;
  if (amount > left) {
    const [asked, rest] = [money(amount, charge.currency), money(left, charge.currency)];
    throw invalidRequest(`Refund amount (${asked}) is greater than unrefunded amount on charge (${rest})`, {
      param: 'amount',
    });
  }
  const made: Refund = {
    id: newId('re'),
    object: 'refund',
    amount,
    charge: charge.id,
    created: seconds(),
    currency: charge.currency,
    metadata: changedMetadata({}, params.metadata),
    payment_intent: intent.id,
    reason: params.reason ?? null,
    status: 'succeeded',
  };
  const changed: Charge = {
    ...charge,
    amount_refunded: charge.amount_refunded + amount,
    refunded: amount === left,
  };
  return {
    intent,
    charge: changed,
    refund: made,
    happened: [
      ['refund.created', made],
      ['charge.refunded', changed],
    ],
  };
}

/** An empty value removes its key, as Stripe does. */
export function changedMetadata(present: Metadata, given: Metadata): Metadata {
  return Object.fromEntries(Object.entries({ ...present, ...given }).filter(([, value]) => value !== ''));
}

export function money(amount: number, currency: string): string {
  const format = new Intl.NumberFormat('en-US', { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amount / 10 ** digits);
}

function badAmount(size: 'small' | 'large', bound: string): StripeError {
  return invalidRequest(`Amount must be ${bound}`, { code: `amount_too_${size}`, param: 'amount' });
}

function newCharge(intent: Intent, outcome: Partial<Charge>): Charge {
  return {
    id: newId('ch'),
    object: 'charge',
    amount: intent.amount,
    amount_captured: 0,
    amount_refunded: 0,
    captured: false,
    created: seconds(),
    currency: intent.currency,
    failure_code: null,
    failure_message: null,
    livemode: false,
    metadata: intent.metadata,
    paid: true,
    payment_intent: intent.id,
    payment_method: intent.payment_method ?? newId('pm'),
    payment_method_details: { type: 'card', card: cardDetails(intent) },
    refunded: false,
    status: 'succeeded',
    ...outcome,
  };
}

function paymentMethod(intent: Intent) {
  return {
    id: intent.payment_method,
    object: 'payment_method',
    card: cardDetails(intent),
    livemode: false,
    type: 'card',
  };
}

function cardDetails(intent: Intent) {
  const { brand, last4 } = cardNamed(intent.emulator.card ?? '');
  return { brand, last4, exp_month: 12, exp_year: new Date().getUTCFullYear() + 3 };
}
