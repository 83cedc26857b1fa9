import { isSettled, newKey, send, type Reply } from '../../lib/http.ts';
import { readKept } from '../../lib/kept.ts';
import type { Ticket } from '../../lib/types.ts';

const SLOT = 'list';

/**
 * Lists a ticket. The same form sent again, after a double click, a lost answer or a reload, carries the same key and
 * lists nothing more; a form that says something else is another ticket.
 */
export async function listTicket(body: object): Promise<Reply<Ticket>> {
  const said = JSON.stringify(body);
  const kept = readKept<{ said: string; key: string }>(SLOT);
  const key = kept?.said === said ? kept.key : newKey();
  sessionStorage.setItem(SLOT, JSON.stringify({ said, key }));
  const reply = await send<Ticket>('POST', '/api/tickets', body, { idempotencyKey: key });
  if (isSettled(reply)) sessionStorage.removeItem(SLOT);
  return reply;
}
