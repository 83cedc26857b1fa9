import { isSettled, newKey, send, type Reply } from '../../lib/http.ts';
import { readKept } from '../../lib/kept.ts';
import type { Order } from '../../lib/types.ts';

type Intent = { key: string; price: number };

const slot = (ticketId: string) => `reserve:${ticketId}`;

/**
 * One intention to reserve keeps one key, over a double click, a lost connection and the way through the sign-in
 * page; what it means to pay travels along, so that a changed price is asked about.
 */
export function intentFor(ticketId: string, price: number): Intent {
  const kept = readIntent(ticketId);
  if (kept?.price === price) return kept;
  const intent = { key: newKey(), price };
  sessionStorage.setItem(slot(ticketId), JSON.stringify(intent));
  return intent;
}

export function readIntent(ticketId: string): Intent | undefined {
  return readKept<Intent>(slot(ticketId));
}

export async function reserve(ticketId: string, { key, price }: Intent): Promise<Reply<Order>> {
  const reply = await send<Order>('POST', '/api/orders', { ticketId, price }, { idempotencyKey: key });
  if (isSettled(reply)) sessionStorage.removeItem(slot(ticketId));
  return reply;
}
