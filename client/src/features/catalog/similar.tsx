import { toCard } from '../../lib/card.ts';
import { attempt, listTickets } from '../../server/api.ts';
import { getVisitor } from '../../server/session.ts';
import { ListingGrid } from './listing-grid.tsx';

const SHOWN = 4;

type Props = { category?: string | null | undefined; except?: string | undefined; title?: string };

/** Other listings for sale, of the same kind first. Quietly absent when they cannot be had. */
export async function Similar({ category, except, title = 'Also worth the evening' }: Props) {
  const wanted = (extra: Record<string, string>) =>
    attempt(listTickets(new URLSearchParams({ limit: String(SHOWN + 1), ...extra })));
  const [{ user }, same, newest] = await Promise.all([
    getVisitor(),
    category ? wanted({ category }) : undefined,
    wanted({}),
  ]);
  const all = [same, newest].flatMap((result) => (result?.ok ? result.value.items : []));
  const tickets = [...new Map(all.map((ticket) => [ticket.id, ticket])).values()]
    .filter(({ id }) => id !== except)
    .slice(0, SHOWN);
  if (tickets.length === 0) return null;
  return (
    <section className="section" aria-labelledby="similar">
      <h2 id="similar" className="gap-b">
        {title}
      </h2>
      <ListingGrid
        label="Similar listings"
        cards={tickets.map((ticket) => toCard(ticket, user?.id))}
        viewerId={user?.id}
      />
    </section>
  );
}
