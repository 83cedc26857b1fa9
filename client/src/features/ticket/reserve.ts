import { isFinal, newIdempotencyKey, send, type ApiResponse } from '../../lib/http.ts';
import type { Order, Ticket } from '../../lib/types.ts';
import { readStored, removeStored, store } from '../../lib/user-storage.ts';
import { factsKey } from './facts.ts';

type Intent = { key: string; price: number; version: number; facts: string };

const storageKey = (ticketId: string) => `reserve:${ticketId}`;

/**
 * The idempotency key of an attempt to reserve, and the listing as the buyer saw it. They survive a double click, a lost
 * connection and the sign-in page, so the ticket is reserved once, and a changed listing needs the buyer's consent.
 */
export function getOrCreateIntent(ticket: Ticket): Intent {
  const facts = factsKey(ticket);
  const stored = readIntent(ticket.id);
  if (stored?.facts === facts) return stored;
  const intent = { key: newIdempotencyKey(), price: ticket.price, version: ticket.version, facts };
  store(storageKey(ticket.id), intent);
  return intent;
}

export function readIntent(ticketId: string): Intent | undefined {
  return readStored<Intent>(storageKey(ticketId));
}

/** Without a version only the price is compared: an order does not say which version of the ticket it was made from. */
export async function reserve(
  ticketId: string,
  { key, price, version }: Pick<Intent, 'key' | 'price'> & { version?: number },
): Promise<ApiResponse<Order>> {
  const body = { ticketId, price, version };
  const response = await send<Order>('POST', '/api/orders', body, { idempotencyKey: key });
  if (isFinal(response)) removeStored(storageKey(ticketId));
  return response;
}
