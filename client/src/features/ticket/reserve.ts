import { isFinal, newIdempotencyKey, send, type ApiResponse } from '../../lib/http.ts';
import { readSessionStorage } from '../../lib/session-storage.ts';
import type { Order } from '../../lib/types.ts';

type Intent = { key: string; price: number };

const storageKey = (ticketId: string) => `reserve:${ticketId}`;

/**
 * One intention to reserve keeps one key, over a double click, a lost connection and the way through the sign-in
 * page; what it means to pay travels along, so that a changed price is asked about.
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
