import type { Dispute } from './objects.ts';
import { seconds } from './objects.ts';
import { refundsOf } from './operations.ts';
import type { Store } from './store.ts';

/**
 * Per intent: the authorized (`held`), captured and refunded amounts and how often each of them happened, and what lost
 * disputes took (`lost`). The money of an open dispute counts as kept until the bank has decided.
 */
export function ledger(store: Store) {
  return [...store.intents.values()].map((intent) => {
    const refunds = refundsOf(store, intent.id).filter(({ status }) => status === 'succeeded');
    const lost = disputesOf(store, intent.id).filter(({ status }) => status === 'lost');
    const { captures, holds, declines } = intent.emulator;
    return {
      id: intent.id,
      created: intent.created,
      amount: intent.amount,
      currency: intent.currency,
      metadata: intent.metadata,
      status: intent.status,
      held: intent.amount_capturable,
      captured: intent.amount_received,
      refunded: sumOf(refunds),
      lost: sumOf(lost),
      canceled: intent.status === 'canceled',
      holds,
      captures,
      refunds: refunds.length,
      declines,
    };
  });
}

function disputesOf(store: Store, intentId: string): Dispute[] {
  return [...store.disputes.values()].filter(({ payment_intent }) => payment_intent === intentId);
}

function sumOf(objects: { amount: number }[]): number {
  return objects.reduce((sum, { amount }) => sum + amount, 0);
}

/** Stripe's balance object: captured minus refunded and disputed, per currency. */
export function balance(store: Store) {
  const amounts = new Map<string, number>();
  const add = (currency: string, amount: number) =>
    amounts.set(currency, (amounts.get(currency) ?? 0) + amount);
  for (const { currency, amount_received } of store.intents.values()) add(currency, amount_received);
  for (const { currency, amount, status } of store.refunds.values())
    if (status === 'succeeded') add(currency, -amount);
  for (const { currency, amount, status } of store.disputes.values())
    if (status !== 'won') add(currency, -amount);
  const available = [...amounts].map(([currency, amount]) => ({
    currency,
    amount,
    source_types: { card: amount },
  }));
  return { object: 'balance', available, pending: [], livemode: false, as_of: seconds() };
}
