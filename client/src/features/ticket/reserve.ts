import { isFinal, newIdempotencyKey, send, type ApiResponse } from '../../lib/http.ts';
import { readSessionStorage } from '../../lib/session-storage.ts';
import type { Order } from '../../lib/types.ts';

type Intent = { key: string; price: number };

const storageKey = (ticketId: string) => `reserve:${ticketId}`;

/**
 * The idempotency key and the price of an attempt to reserve. They survive a double click, a lost connection and the
 * sign-in page, so the ticket is reserved once, and a changed price needs the buyer's consent.
 */
export function getOrCreateIntent(ticketId: string, price: number): Intent {
  const stored = readIntent(ticketId);
  if (stored?.price === price) return stored;
  const intent = { key: newIdempotencyKey(), price };
  sessionStorage.setItem(storageKey(ticketId), JSON.stringify(intent));
  return intent;
}

export function readIntent(ticketId: string): Intent | undefined {
  return readSessionStorage<Intent>(storageKey(ticketId));
}

export async function reserve(ticketId: string, { key, price }: Intent): Promise<ApiResponse<Order>> {
  const response = await send<Order>('POST', '/api/orders', { ticketId, price }, { idempotencyKey: key });
  if (isFinal(response)) sessionStorage.removeItem(storageKey(ticketId));
  return response;
}
