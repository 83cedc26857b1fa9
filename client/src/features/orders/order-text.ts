import type { HistoryEntry, Order } from '../../lib/types.ts';
import type { StatusKind } from '../../ui/status.tsx';
import { messages, type Translate } from '../../i18n/translate.ts';

export function orderStatus(
  t: Translate,
  { status, reason, payment }: Order,
): { kind: StatusKind; label: string } {
  switch (status) {
    case 'created':
      if (payment?.status === 'requires_action') return { kind: 'hold', label: t('Waiting for your bank') };
      return { kind: 'hold', label: t('Reserved for you') };
    case 'awaiting:payment':
      return { kind: 'hold', label: t('Confirming') };
    case 'complete':
      return { kind: 'free', label: t('Paid') };
    case 'refunded':
      return { kind: 'sold', label: t('Refunded') };
    case 'cancelled':
      if (reason === 'payment_failed') return { kind: 'stop', label: t('Payment failed') };
      if (payment?.status === 'voided' || payment?.status === 'refunded')
        return { kind: 'sold', label: t('Expired, money returned') };
      return { kind: 'sold', label: reason === 'buyer' ? t('Released') : t('Expired, not charged') };
  }
}

const EVENT_TEXTS: Record<string, string> = messages({
  'order:created': 'Reserved for you',
  'ticket:updated': 'The ticket is yours to pay for',
  'payment:authorized': 'The bank approved the payment',
  'payment:created': 'The ticket is yours',
  'payment:refunded': 'Your payment was refunded',
  'order:cancelled': 'You released the ticket',
  'expiration:complete': 'The time ran out',
  'ticket:reservation-refused': 'The seller withdrew the ticket',
});

const STATUS_TEXTS: Record<Order['status'], string> = messages({
  created: 'Reserved for you',
  'awaiting:payment': 'The bank approved the payment',
  complete: 'The ticket is yours',
  refunded: 'Your payment was refunded',
  cancelled: 'The order ended',
});

/** A history entry as text. An unknown event falls back to the text of the status it led to. */
export function historyText(t: Translate, { event, status, reason }: HistoryEntry): string {
  const isAfterTheEnd = status === 'cancelled' && reason == null;
  if (event === 'payment:failed') {
    return isAfterTheEnd
      ? t('We asked your bank to release the authorization')
      : t('The payment did not go through');
  }
  if (isAfterTheEnd && event === 'payment:authorized') return t('The bank approved the payment, too late');
  if (isAfterTheEnd && event === 'payment:created') return t('The payment arrived, too late');
  return t(EVENT_TEXTS[event] ?? STATUS_TEXTS[status]);
}
