import type { HistoryEntry, Order } from '../../lib/types.ts';
import type { StatusKind } from '../../ui/status.tsx';

export function orderStatus({ status, reason, payment }: Order): { kind: StatusKind; label: string } {
  switch (status) {
    case 'created':
      if (payment?.status === 'requires_action') return { kind: 'hold', label: 'Waiting for your bank' };
      return { kind: 'hold', label: 'Reserved for you' };
    case 'awaiting:payment':
      return { kind: 'hold', label: 'Confirming' };
    case 'complete':
      return { kind: 'free', label: 'Paid' };
    case 'refunded':
      return { kind: 'sold', label: 'Refunded' };
    case 'cancelled':
      if (reason === 'payment_failed') return { kind: 'stop', label: 'Payment failed' };
      if (payment?.status === 'voided' || payment?.status === 'refunded')
        return { kind: 'sold', label: 'Expired, money returned' };
      return { kind: 'sold', label: reason === 'buyer' ? 'Released' : 'Expired, not charged' };
  }
}

const EVENT_TEXTS: Record<string, string> = {
  'order:created': 'Reserved for you',
  'ticket:updated': 'The ticket is yours to pay for',
  'payment:authorized': 'The bank approved the payment',
  'payment:created': 'The ticket is yours',
  'payment:refunded': 'Your payment was refunded',
  'order:cancelled': 'You released the ticket',
  'expiration:complete': 'The time ran out',
  'ticket:reservation-refused': 'The seller withdrew the ticket',
};

const STATUS_TEXTS: Record<Order['status'], string> = {
  created: 'Reserved for you',
  'awaiting:payment': 'The bank approved the payment',
  complete: 'The ticket is yours',
  refunded: 'Your payment was refunded',
  cancelled: 'The order ended',
};

/** A history entry as text. An unknown event falls back to the text of the status it led to. */
export function historyText({ event, status, reason }: HistoryEntry): string {
  const isAfterTheEnd = status === 'cancelled' && reason == null;
  if (event === 'payment:failed') {
    return isAfterTheEnd
      ? 'We asked your bank to release the authorization'
      : 'The payment did not go through';
  }
  if (isAfterTheEnd && event === 'payment:authorized') return 'The bank approved the payment, too late';
  if (isAfterTheEnd && event === 'payment:created') return 'The payment arrived, too late';
  return EVENT_TEXTS[event] ?? STATUS_TEXTS[status];
}
