import type { Ticket } from '../../lib/types.ts';
import { tryRead, listTickets } from '../../server/api.ts';

const SHOWN = 4;

/** Tickets for sale, of the category first. Reads others only when it has too few. */
export async function listSimilar(category?: string, except?: string): Promise<Ticket[]> {
  const found = new Map<string, Ticket>();
  for (const query of category ? [{ category }, {}] : [{}]) {
    const result = await tryRead(listTickets(new URLSearchParams({ limit: String(SHOWN + 1), ...query })));
    for (const ticket of result.ok ? result.value.items : [])
      if (ticket.id !== except) found.set(ticket.id, ticket);
    if (found.size >= SHOWN) break;
  }
  return [...found.values()].slice(0, SHOWN);
}
