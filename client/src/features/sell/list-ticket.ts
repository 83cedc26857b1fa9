import { isFinal, newIdempotencyKey, send, type ApiResponse } from '../../lib/http.ts';
import { readStored, removeStored, store } from '../../lib/user-storage.ts';
import type { Ticket } from '../../lib/types.ts';

const NAME = 'list';

type Attempt = { serializedBody: string; key: string };

/** The attempt of this page, with the entry code, which is never stored. */
let current: Attempt | undefined;

/**
 * Lists a ticket. Sending the same values again, after a double click, a lost response, a reload or a stopped
 * navigation, reuses the idempotency key and creates nothing new; other values are another ticket.
 */
export async function listTicket(body: Record<string, unknown>): Promise<ApiResponse<Ticket>> {
  const serializedBody = JSON.stringify(body);
  const withoutCode = JSON.stringify({ ...body, secret: undefined });
  const stored = readStored<Attempt>(NAME);
  if (current?.serializedBody !== serializedBody) {
    const isStored = current === undefined && stored?.serializedBody === withoutCode;
    current = { serializedBody, key: isStored ? stored.key : newIdempotencyKey() };
  }
  store(NAME, { serializedBody: withoutCode, key: current.key } satisfies Attempt);
  const response = await send<Ticket>('POST', '/api/tickets', body, { idempotencyKey: current.key });
  if (isFinal(response)) removeStored(NAME);
  if (isFinal(response) && !response.ok) current = undefined;
  return response;
}
