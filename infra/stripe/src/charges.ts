import { findCard } from './cards.ts';
import type { Change } from './change.ts';
import { invalidRequest } from './errors.ts';
import { formatMoney, requireWholeUnits } from './money.ts';
import type { Charge, Intent, Metadata, Refund } from './objects.ts';
import { newId, seconds } from './objects.ts';

export function newCharge(intent: Intent, outcome: Partial<Charge>): Charge {
  return {
    id: newId('ch'),
    object: 'charge',
    amount: intent.amount,
    amount_captured: 0,
    amount_refunded: 0,
    captured: false,
    created: seconds(),
    currency: intent.currency,
    disputed: false,
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

export function paymentMethodOf(intent: Intent) {
  return {
    id: intent.payment_method,
    object: 'payment_method',
    card: cardDetails(intent),
    livemode: false,
    type: 'card',
  };
}

function cardDetails(intent: Intent) {
  const { brand, last4 } = findCard(intent.emulator.card ?? '');
  return { brand, last4, exp_month: 12, exp_year: new Date().getUTCFullYear() + 3 };
}

interface RefundParams {
  amount?: number | undefined;
  reason?: string | undefined;
  metadata: Metadata;
}

export function refund(intent: Intent, charge: Charge | undefined, params: RefundParams): Change {
  if (!charge?.captured) {
    throw invalidRequest(`This PaymentIntent (${intent.id}) does not have a successful charge to refund.`, {
      param: 'payment_intent',
    });
  }
  // The bank has the money while it decides.
  if (charge.disputed)
    throw invalidRequest(`Charge ${charge.id} has been charged back; cannot issue a refund.`, {
      code: 'charge_disputed',
      charge: charge.id,
    });
  const amount = refundAmount(charge, params.amount);
  requireWholeUnits(amount, charge.currency);
  const created: Refund = {
    id: newId('re'),
    object: 'refund',
    amount,
    charge: charge.id,
    created: seconds(),
    currency: charge.currency,
    metadata: mergeMetadata({}, params.metadata),
    payment_intent: intent.id,
    reason: params.reason ?? null,
    status: 'succeeded',
  };
  const amountRefunded = charge.amount_refunded + amount;
  const refunded: Charge = {
    ...charge,
    amount_refunded: amountRefunded,
    refunded: amountRefunded === charge.amount_captured,
  };
  return {
    intent,
    charge: refunded,
    refund: created,
    events: [
      ['refund.created', created],
      ['charge.refunded', refunded],
    ],
  };
}

/** The buyer's bank returns a refund days later, for example because the card's account is closed. */
export function failRefund(intent: Intent, charge: Charge | undefined, refund: Refund): Change {
  if (refund.status === 'failed' || !charge)
    throw invalidRequest(`Refund ${refund.id} is ${refund.status}; it cannot fail.`);
  const failed: Refund = { ...refund, status: 'failed', failure_reason: 'expired_or_canceled_card' };
  return {
    intent,
    charge: { ...charge, amount_refunded: charge.amount_refunded - refund.amount, refunded: false },
    refund: failed,
    events: [
      ['refund.updated', failed],
      ['refund.failed', failed],
    ],
  };
}

/** The requested amount, or all that is left; throws when less than that is left. */
function refundAmount(charge: Charge, requested: number | undefined): number {
  if (charge.refunded) {
    throw invalidRequest(`Charge ${charge.id} has already been refunded.`, {
      code: 'charge_already_refunded',
      charge: charge.id,
    });
  }
  const refundable = charge.amount_captured - charge.amount_refunded;
  const amount = requested ?? refundable;
  if (amount <= refundable) return amount;
  throw invalidRequest(
    `Refund amount (${formatMoney(amount, charge.currency)}) is greater than unrefunded amount on charge (${formatMoney(refundable, charge.currency)})`,
    { param: 'amount' },
  );
}

/** As at Stripe, an empty value removes its key. */
export function mergeMetadata(current: Metadata, changes: Metadata): Metadata {
  return Object.fromEntries(Object.entries({ ...current, ...changes }).filter(([, value]) => value !== ''));
}
