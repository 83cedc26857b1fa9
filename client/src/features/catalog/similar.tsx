import { toCard } from '../../lib/card.ts';
import { getVisitor } from '../../server/session.ts';
import { ListingGrid } from './listing-grid.tsx';
import { listSimilar } from './list-similar.ts';
import { getTranslate } from '../../i18n/server.ts';

type Props = { category?: string | undefined; except?: string | undefined };

/** Other listings for sale, the same category first; nothing when they fail to load. */
export async function Similar({ category, except }: Props) {
  const t = await getTranslate();
  const [{ user }, tickets] = await Promise.all([getVisitor(), listSimilar(category, except)]);
  if (tickets.length === 0) return null;
  return (
    <section className="section" aria-labelledby="similar">
      <h2 id="similar" className="gap-b">
        {t('You might also like')}
      </h2>
      <ListingGrid
        label={t('Similar listings')}
        cards={tickets.map((ticket) => toCard(t, ticket, user?.id))}
        viewerId={user?.id}
      />
    </section>
  );
}
