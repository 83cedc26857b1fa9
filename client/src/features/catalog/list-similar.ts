import type { Ticket } from '../../lib/types.ts';
import { tryRead, listTickets } from '../../server/api.ts';

const SHOWN = 4;

export async function listSimilar(category?: string, except?: string): Promise<Ticket[]> {
  const wanted = (extra: Record<string, string>) =>
    tryRead(listTickets(new URLSearchParams({ limit: String(SHOWN + 1), ...extra })));
  const [same, newest] = await Promise.all([category ? wanted({ category }) : undefined, wanted({})]);
  const all = [same, newest].flatMap((result) => (result?.ok ? result.value.items : []));
  return [...new Map(all.map((ticket) => [ticket.id, ticket])).values()]
    .filter(({ id }) => id !== except)
    .slice(0, SHOWN);
}
