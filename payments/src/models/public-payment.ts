import { toPrice } from '@ticketing/common';
import { publicDeclineCode } from '../answer-codes.ts';
import type { Config } from '../config.ts';
import type { Payment } from './payment.ts';
import { isOrderAlive } from './payment.ts';

/** A payment as its seller sees it: what was paid, what went back, and a dispute to answer. */
export function sellerPayment({ _id, status, order, refundedAmount, dispute }: Payment) {
  const { ticketId, amount, currency } = order;
  return {
    id: _id,
    orderId: _id,
    ...(ticketId && { ticketId }),
    status,
    price: toPrice(amount, currency),
    currency,
    ...(refundedAmount > 0 && { refundedAmount: toPrice(refundedAmount, currency) }),
    ...(dispute && { dispute: { ...dispute, amount: toPrice(dispute.amount, currency) } }),
    serverNow: new Date().toISOString(),
  };
}

/** A payment as its buyer sees it. Contains the client secret only while the buyer can still pay. */
export function publicPayment(
  payment: Payment,
  { publishableKey }: Pick<Config['stripe'], 'publishableKey'>,
) {
  const { status, intent } = payment;
  const canPay = (status === 'open' || status === 'requires_action') && isOrderAlive(payment);
  return {
    ...sellerPayment(payment),
    ...(status === 'open' && declineOf(payment)),
    ...(canPay && intent && { clientSecret: intent.clientSecret, ...(publishableKey && { publishableKey }) }),
    ...(canPay &&
      status === 'requires_action' &&
      intent?.nextActionUrl && { nextActionUrl: intent.nextActionUrl }),
  };
}

/** The decline of the current attempt, as shown to the buyer. */
export function declineOf({
  attempt,
  attempts,
}: Payment): { declineCode: string; message: string } | undefined {
  const outcome = attempts.find(({ n }) => n === attempt)?.outcome;
  if (outcome?.is !== 'declined') return undefined;
  const declineCode = publicDeclineCode(outcome.code);
  if (declineCode !== outcome.code) return { declineCode, message: 'Your card was declined.' };
  if (declineCode === 'authentication_failure')
    return { declineCode, message: 'Your bank did not confirm that it was you. You were not charged.' };
  return { declineCode, message: outcome.message };
}
