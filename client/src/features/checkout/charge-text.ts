import { formatMoney } from '../../lib/money.ts';
import type { Order, Payment } from '../../lib/types.ts';
import type { Translate } from '../../i18n/translate.ts';

/** What happened to the money of an order that has ended. */
export function chargeText(t: Translate, order: Order, payment: Payment | undefined): string {
  const status = order.payment?.status ?? payment?.status;
  const amount = formatMoney(t, order.ticket.price, order.ticket.currency);
  if (status === 'refunded' || status === 'refunding') {
    return status === 'refunded'
      ? t('Your payment of {amount} arrived too late and was refunded.', { amount })
      : t('Your payment of {amount} arrived too late and is being refunded.', { amount });
  }
  if (status === 'voided' || status === 'voiding') {
    return t(
      'Your payment arrived too late. We’ve asked your bank to release the authorization, so you are not charged.',
    );
  }
  return t('You were not charged.');
}
