import { toPrice } from '@ticketing/common';
import { publicDeclineCode } from '../charge.ts';
import type { Config } from '../config.ts';
import type { Payment } from './payment.ts';
import { isOrderAlive } from './payment.ts';

/** A payment as its buyer sees it. Contains the client secret only while the buyer can still pay. */
export function publicPayment(
  payment: Payment,
  { publishableKey }: Pick<Config['stripe'], 'publishableKey'>,
) {
  const { _id, status, order, intent } = payment;
  const canPay = (status === 'open' || status === 'requires_action') && isOrderAlive(payment);
  return {
    id: _id,
    orderId: _id,
    status,
    price: toPrice(order.amount, order.currency),
    currency: order.currency,
    ...(status === 'open' && declineOf(payment)),
    ...(canPay && intent && { clientSecret: intent.clientSecret, ...(publishableKey && { publishableKey }) }),
    ...(canPay &&
      status === 'requires_action' &&
      intent?.nextActionUrl && { nextActionUrl: intent.nextActionUrl }),
    serverNow: new Date().toISOString(),
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
