import { isFinal, newIdempotencyKey, send, type ApiResponse } from '../../lib/http.ts';
import { readSessionStorage } from '../../lib/session-storage.ts';
import type { Ticket } from '../../lib/types.ts';

const STORAGE_KEY = 'list';

/**
 * Lists a ticket. Sending the same values again, after a double click, a lost response or a reload, reuses the
 * idempotency key and creates nothing new; other values are another ticket.
 */
export async function listTicket(body: object): Promise<ApiResponse<Ticket>> {
  const serializedBody = JSON.stringify(body);
  const stored = readSessionStorage<{ serializedBody: string; key: string }>(STORAGE_KEY);
  const key = stored?.serializedBody === serializedBody ? stored.key : newIdempotencyKey();
  sessionStorage.setItem(STORAGE_KEY, JSON.stringify({ serializedBody, key }));
  const response = await send<Ticket>('POST', '/api/tickets', body, { idempotencyKey: key });
  if (isFinal(response)) sessionStorage.removeItem(STORAGE_KEY);
  return response;
}
