import { isConsistent } from './charge.ts';
import type { Payment } from './models/payment.ts';
import type { Intent } from './stripe-objects.ts';

/** What of a settled payment differs from its PaymentIntent or its order, or undefined when all three agree. Pure. */
export function differenceFromStripe(
  payment: Pick<Payment, 'status' | 'version' | 'order' | 'intent'>,
  intent: Pick<Intent, 'id' | 'status' | 'amount' | 'currency'>,
): string | undefined {
  const { status, version, order } = payment;
  if (payment.intent && intent.id !== payment.intent.id) return `a second PaymentIntent, ${intent.status}`;
  if (!isConsistent(status, intent.status)) return `${status} here, ${intent.status} at Stripe`;
  if (intent.amount !== order.amount || intent.currency !== order.currency)
    return `${intent.amount} ${intent.currency}, the order is ${order.amount} ${order.currency}`;
  if (!matchesOrder(payment))
    return `the order is ${order.status}, its payment ${status} (version ${version})`;
  return undefined;
}

/** Whether a settled payment matches the status of its order. */
function matchesOrder({ status, order }: Pick<Payment, 'status' | 'order'>): boolean {
  switch (order.status) {
    case 'created':
      return status !== 'captured' && status !== 'refunded';
    case 'awaiting:payment':
      return false;
    case 'complete':
      return status === 'captured';
    case 'cancelled':
      return (
        status !== 'captured' && status !== 'authorized' && status !== 'open' && status !== 'requires_action'
      );
    case 'refunded':
      return status === 'refunded';
  }
}
