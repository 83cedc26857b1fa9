import { formatMoney } from '../../lib/money.ts';
import type { Order, Payment } from '../../lib/types.ts';
import type { Translate } from '../../i18n/translate.ts';

/** What happened to the money of an order that has ended. */
export function chargeText(t: Translate, order: Order, payment: Payment | undefined): string {
  const status = order.payment?.status ?? payment?.status;
  const amount = formatMoney(t, order.ticket.price, order.ticket.currency);
  if (status === 'refunded' || status === 'refunding') {
    return `Your payment of ${amount} arrived too late and ${status === 'refunded' ? 'was refunded' : 'is being refunded'}.`;
  }
  if (status === 'voided' || status === 'voiding') {
    return 'Your payment arrived too late. We’ve asked your bank to release the authorization, so you are not charged.';
  }
  return 'You were not charged.';
}
