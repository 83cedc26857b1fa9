import type { ReactNode } from 'react';
import { useTranslate } from '#use-translate';
import { getTranslate } from '../../i18n/server.ts';
import type { EventPage, ReadResult } from '../../server/api.ts';
import { Link } from '../../ui/link.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { PageLinks } from '../../ui/page-links.tsx';
import { EventGrid } from '../event/event-grid.tsx';
import { listClose } from './list-close.ts';
import { ListingsFailed, NothingForSale } from './listings.tsx';
import { noMatchesTitle } from './search-text.ts';
import { isFiltered, searchPath, toApiQuery, type Search } from './search.ts';

type Props = {
  result: ReadResult<EventPage>;
  search: Search;
  limit: number;
  level?: 2 | 3;
  ifEmpty?: ReactNode;
};

/** The events of a search, with what the search was understood as; without any, what is close to it. */
export function EventListings({ result, search, limit, level = 3, ifEmpty }: Props) {
  const t = useTranslate();
  if (!result.ok) return <ListingsFailed error={result.error} />;
  const { items, next, previous } = result.value;
  if (items.length === 0)
    return isFiltered(search) ? (
      <NoEvents search={search} level={level}>
        {ifEmpty}
      </NoEvents>
    ) : (
      <NothingForSale />
    );
  return (
    <>
      <Understood page={result.value} search={search} />
      <EventGrid
        label={t('Events')}
        level={level}
        events={items}
        query={String(toApiQuery(search, limit))}
        announcesNew={!search.cursor}
      />
      <PageLinks previous={previous} next={next} pathOf={(cursor) => searchPath(search, { cursor })} />
    </>
  );
}

/** Says how the events match when they do not have every word of the search. */
function Understood({ page: { match, correction }, search }: { page: EventPage; search: Search }) {
  const t = useTranslate();
  if (match === 'some')
    return <p className="gap-b">{t('No event has all of “{q}”. These come closest.', { q: search.q })}</p>;
  if (match !== 'similar' || !correction || correction === search.q) return null;
  return (
    <p className="gap-b">
      {t.rich('Did you mean <link>{correction}</link>? These are the results for it.', {
        correction,
        link: (content: ReactNode[]) => (
          <Link href={searchPath(search, { q: correction })} prefetch={false}>
            <bdi>{content}</bdi>
          </Link>
        ),
      })}
    </p>
  );
}

type NoEventsProps = { search: Search; level: 2 | 3; children: ReactNode };

async function NoEvents({ search, level, children }: NoEventsProps) {
  const t = await getTranslate();
  const close = await listClose(t, search);
  const Heading = level === 2 ? 'h2' : 'h3';
  return (
    <>
      <EmptyState title={noMatchesTitle(t, search)}>
        {close.length === 0 && <p>{t('Try fewer filters, or check again later.')}</p>}
        <div className="row">
          <Link className="btn btn--main" href="/tickets" prefetch={false}>
            {t('Clear filters')}
          </Link>
          {children}
          <Link className="btn btn--quiet" href={searchPath(search, { all: true })} prefetch={false}>
            {t('Include reserved and sold tickets')}
          </Link>
        </div>
      </EmptyState>
      {close.map(({ title, search: wider, events, query }) => (
        <section key={title} className="section section--tight" aria-label={title}>
          <Heading className="gap-b">
            <Link href={searchPath(wider)} prefetch={false}>
              {title}
            </Link>
          </Heading>
          <EventGrid label={title} level={3} events={events} query={query} />
        </section>
      ))}
    </>
  );
}
