import { pageMetadata } from '../i18n/page-metadata.ts';
import { Link } from '../ui/link.tsx';
import { listSimilar } from '../features/catalog/list-similar.ts';
import { TicketCard } from '../features/catalog/ticket-card.tsx';
import { toCard } from '../lib/card.ts';
import { getVisitor } from '../server/session.ts';
import { PosterImage } from '../ui/poster-image.tsx';
import { getTranslate } from '../i18n/server.ts';

export const generateMetadata = pageMetadata('Not found');

const WALL = [
  ['encore-404-a', 'comedy'],
  ['encore-404-b', 'music'],
  ['encore-404-c', 'classical'],
  ['encore-404-d', 'festival'],
] as const;

// Next bundles this page with every route, so the cards have no live updates and add no script.
export default async function NotFound() {
  const t = await getTranslate();
  const [{ user }, tickets] = await Promise.all([getVisitor(), listSimilar()]);
  return (
    <main id="main" tabIndex={-1} className="wrap">
      <div className="section">
        <div className="torn panel">
          <div className="stack">
            <h1>{t('This page left after the first half.')}</h1>
            <p className="meta">{t('The link may be old, or the seller may have withdrawn the listing.')}</p>
            <div className="row">
              <Link className="btn btn--main" href="/tickets" prefetch={false}>
                {t('Browse tickets')}
              </Link>
              <Link className="btn" href="/orders" prefetch={false}>
                {t('Go to my orders')}
              </Link>
            </div>
          </div>
          <div className="door__wall" aria-hidden="true">
            {WALL.map(([id, category]) => (
              <PosterImage key={id} id={id} category={category} />
            ))}
          </div>
        </div>
      </div>
      {tickets.length > 0 && (
        <section className="section" aria-labelledby="similar">
          <h2 id="similar" className="gap-b">
            {t('For sale right now')}
          </h2>
          <ul className="grid" aria-label={t('Listings')}>
            {tickets.map((ticket) => (
              <li key={ticket.id}>
                <TicketCard card={toCard(t, ticket, user?.id)} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </main>
  );
}
