import type { ReactNode } from 'react';
import { Link } from '../../ui/link.tsx';
import { toCard } from '../../lib/card.ts';
import type { Ticket, User } from '../../lib/types.ts';
import type { ApiError, ReadResult, Page } from '../../server/api.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { LoadFailed } from '../../ui/load-failed.tsx';
import { PageLinks } from '../../ui/page-links.tsx';
import { ListingGrid } from './listing-grid.tsx';
import { noMatchesTitle } from './search-text.ts';
import { isFiltered, searchPath, viewPath, type Search } from './search.ts';
import { useTranslate } from '#use-translate';

type Props = {
  result: ReadResult<Page<Ticket>>;
  search: Search;
  user: User | null;
  level?: 2 | 3;
  ifEmpty?: ReactNode;
};

const soldLast = (a: Ticket, b: Ticket) => Number(a.status === 'sold') - Number(b.status === 'sold');

export function Listings({ result, search, user, level = 3, ifEmpty }: Props) {
  const t = useTranslate();
  if (!result.ok) return <ListingsFailed error={result.error} />;
  const { items, next, previous } = result.value;
  if (items.length === 0)
    return isFiltered(search) ? <NoMatches search={search}>{ifEmpty}</NoMatches> : <NothingForSale />;
  return (
    <>
      <ListingGrid
        label={t('Listings')}
        level={level}
        cards={[...items].sort(soldLast).map((ticket) => toCard(t, ticket, user?.id))}
        viewerId={user?.id}
        announcesNew={!search.cursor}
      />
      <PageLinks previous={previous} next={next} pathOf={(cursor) => searchPath(search, { cursor })} />
    </>
  );
}

export function ListingsFailed({ error }: { error: ApiError }) {
  const t = useTranslate();
  const isRefused = error.status === 400;
  return (
    <LoadFailed title={t(isRefused ? 'We couldn’t run this search' : 'Listings did not load')} error={error}>
      {isRefused && (
        <p className="row">
          <Link className="btn" href="/tickets" prefetch={false}>
            {t('Clear filters')}
          </Link>
        </p>
      )}
    </LoadFailed>
  );
}

function NoMatches({ search, children }: { search: Search; children: ReactNode }) {
  const t = useTranslate();
  return (
    <EmptyState title={noMatchesTitle(t, search)}>
      <p>{t('Try fewer filters, or check again later.')}</p>
      <div className="row">
        <Link className="btn btn--main" href="/tickets" prefetch={false}>
          {t('Clear filters')}
        </Link>
        {children}
        {search.q && (
          <Link className="btn" href={viewPath(search, 'events')} prefetch={false}>
            {t('Search events')}
          </Link>
        )}
        {!search.all && (
          <Link className="btn btn--quiet" href={searchPath(search, { all: true })} prefetch={false}>
            {t('Include reserved and sold tickets')}
          </Link>
        )}
      </div>
    </EmptyState>
  );
}

export function NothingForSale() {
  const t = useTranslate();
  return (
    <EmptyState title={t('No tickets for sale right now')}>
      <p>{t('Every ticket has been sold. Can’t make it to an event yourself?')}</p>
      <Link className="btn btn--main" href="/sell/new" prefetch={false}>
        {t('Sell a ticket')}
      </Link>
    </EmptyState>
  );
}
