import { seconds } from './objects.ts';
import { refundsOf } from './operations.ts';
import type { Store } from './store.ts';

/** Per intent: the authorized (`held`), captured and refunded amounts and how often each of them happened. */
export function ledger(store: Store) {
  return [...store.intents.values()].map((intent) => {
    const refunds = refundsOf(store, intent.id);
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
      refunded: refunds.reduce((sum, { amount }) => sum + amount, 0),
      canceled: intent.status === 'canceled',
      holds,
      captures,
      refunds: refunds.length,
      declines,
    };
  });
}

/** Stripe's balance object: captured minus refunded, per currency. */
export function balance(store: Store) {
  const amounts = new Map<string, number>();
  const add = (currency: string, amount: number) =>
    amounts.set(currency, (amounts.get(currency) ?? 0) + amount);
  for (const { currency, amount_received } of store.intents.values()) add(currency, amount_received);
  for (const { currency, amount } of store.refunds.values()) add(currency, -amount);
  const available = [...amounts].map(([currency, amount]) => ({
    currency,
    amount,
    source_types: { card: amount },
  }));
  return { object: 'balance', available, pending: [], livemode: false, as_of: seconds() };
}
