import type Stripe from 'stripe';
import { DisputeStatus, fromStripeAmount } from '@ticketing/common';
import type { IntentStatus } from './charge.ts';
import type { Dispute, Refund, RefundStatus } from './returned-money.ts';

// The fields of Stripe's objects that the shop uses.

export type Decline = { code: string; message: string };

/** The fields of a PaymentIntent that the shop uses; `amount` is in minor units, as everywhere outside this file. */
export type Intent = {
  id: string;
  status: IntentStatus;
  amount: number;
  currency: string;
  clientSecret: string;
  nextActionUrl?: string;
  decline?: Decline;
  orderId?: string;
  createdAt: Date;
};

export function toIntent(intent: Stripe.PaymentIntent): Intent {
  const orderId = intent.metadata['orderId'];
  const nextActionUrl = intent.next_action?.redirect_to_url?.url;
  const declined = intent.last_payment_error;
  return {
    id: intent.id,
    status: intent.status as IntentStatus,
    amount: fromStripeAmount(intent.amount, intent.currency),
    currency: intent.currency,
    clientSecret: intent.client_secret ?? '',
    createdAt: new Date(intent.created * 1_000),
    ...(orderId && { orderId }),
    ...(nextActionUrl && { nextActionUrl }),
    ...(declined && { decline: declineOf(declined) }),
  };
}

export function declineOf(error: {
  code?: string | undefined;
  decline_code?: string | undefined;
  message?: string;
}) {
  const name = error.decline_code ?? error.code ?? 'generic_decline';
  const code = name.replace(/^payment_intent_authentication/, 'authentication');
  return { code, message: error.message ?? 'Your card was declined.' };
}

export function intentIdsOf({ payment_intent: intent }: Stripe.Refund | Stripe.Dispute): string[] {
  return intent ? [typeof intent === 'string' ? intent : intent.id] : [];
}

export function toRefund({ status, amount, currency, metadata }: Stripe.Refund): Refund {
  const n = metadata?.['n'];
  return {
    status: (status ?? 'pending') as RefundStatus,
    amount: Math.floor(fromStripeAmount(amount, currency)),
    n: n === undefined ? undefined : Number(n),
  };
}

export function toDispute(
  { id, status, amount, currency, evidence_details }: Stripe.Dispute,
  captured: { amount: number; currency: string },
): Dispute {
  const dueBy = evidence_details?.due_by;
  return {
    id,
    // A status that Stripe adds later is one to wait for.
    status: DisputeStatus.safeParse(status).data ?? 'under_review',
    // A bank may dispute in its own currency; then all of the payment counts as disputed.
    amount: currency === captured.currency ? Math.floor(fromStripeAmount(amount, currency)) : captured.amount,
    ...(dueBy && { evidenceDueBy: new Date(dueBy * 1_000).toISOString() }),
  };
}
