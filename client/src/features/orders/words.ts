import type { HistoryEntry, Order } from '../../lib/types.ts';
import type { StatusKind } from '../../ui/status.tsx';

export function orderStatus({ status, reason, payment }: Order): { kind: StatusKind; word: string } {
  switch (status) {
    case 'created':
      if (payment?.status === 'requires_action') return { kind: 'hold', word: 'Waiting for your bank' };
      return { kind: 'hold', word: 'Held for you' };
    case 'awaiting:payment':
      return { kind: 'hold', word: 'Confirming' };
    case 'complete':
      return { kind: 'free', word: 'Paid, yours' };
    case 'refunded':
      return { kind: 'sold', word: 'Refunded' };
    case 'cancelled':
      if (reason === 'payment_failed') return { kind: 'stop', word: 'Payment failed' };
      if (payment?.status === 'voided' || payment?.status === 'refunded') return { kind: 'sold', word: 'Ended, money returned' };
      return { kind: 'sold', word: reason === 'buyer' ? 'Released' : 'Ended, not charged' };
  }
}

const EVENTS: Record<string, string> = {
  created: 'Reserved for you',
  reserve: 'Reserved for you',
  confirm: 'The ticket is set aside for you',
  authorise: 'The bank approved the payment',
  authorize: 'The bank approved the payment',
  authorised: 'The bank approved the payment',
  capture: 'The ticket is yours',
  cancel: 'You released the ticket',
  expire: 'The reservation ended',
  refuse: 'The seller withdrew the ticket',
  fail: 'The payment did not go through',
  refund: 'The seller gave your money back',
  void: 'Your bank was told to let the payment go',
};

const STATES: Record<Order['status'], string> = {
  created: 'Reserved for you',
  'awaiting:payment': 'The bank approved the payment',
  complete: 'The ticket is yours',
  refunded: 'The seller gave your money back',
  cancelled: 'The order ended',
};

/** A step of the order in plain words. A step that we do not know by name is told by the state it led to. */
export function ledgerWords({ event, status }: HistoryEntry): string {
  return EVENTS[event] ?? STATES[status] ?? 'Changed';
}
