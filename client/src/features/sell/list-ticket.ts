import { isSettled, newKey, send, type Reply } from '../../lib/http.ts';
import type { Ticket } from '../../lib/types.ts';

const SLOT = 'list';

/**
 * Lists a ticket. The same form sent again, after a double click, a lost answer or a reload, carries the same key and
 * lists nothing more; a form that says something else is another ticket.
 */
export async function listTicket(body: object): Promise<Reply<Ticket>> {
  const said = JSON.stringify(body);
  const [kept, key] = read();
  const own = kept === said && key ? key : newKey();
  sessionStorage.setItem(SLOT, JSON.stringify([said, own]));
  const reply = await send<Ticket>('POST', '/api/tickets', body, { idempotencyKey: own });
  if (isSettled(reply)) sessionStorage.removeItem(SLOT);
  return reply;
}

function read(): [said?: string, key?: string] {
  try {
    return JSON.parse(sessionStorage.getItem(SLOT) ?? '[]') as [string?, string?];
  } catch {
    return [];
  }
}
