import type { Metadata } from 'next';
import { Filters } from '../../features/catalog/filters.tsx';
import { SearchForm } from '../../features/catalog/search-form.tsx';
import { Listings } from '../../features/catalog/listings.tsx';
import { readSearch, searchTitle, toApiQuery, type SearchParams } from '../../features/catalog/search.ts';
import { listTickets, tryRead } from '../../server/api.ts';
import { getCounts } from '../../server/counts.ts';
import { getVisitor } from '../../server/session.ts';

const PAGE_SIZE = 24;

type Props = { searchParams: Promise<SearchParams> };

export async function generateMetadata({ searchParams }: Props): Promise<Metadata> {
  const search = readSearch(await searchParams);
  return { title: searchTitle(search) };
}

export default async function TicketsPage({ searchParams }: Props) {
  const search = readSearch(await searchParams);
  const [{ user }, result, counts] = await Promise.all([
    getVisitor(),
    tryRead(listTickets(toApiQuery(search, PAGE_SIZE))),
    getCounts(),
  ]);
  const total = result.ok ? result.value.total : undefined;
  return (
    <main id="main" tabIndex={-1} className="wrap">
      <div className="section section--head">
        <h1>{searchTitle(search)}</h1>
        {total !== undefined && (
          <p className="meta">
            {total >= 1000 ? 'More than 1,000 tickets' : `${total} ${total === 1 ? 'ticket' : 'tickets'}`}
          </p>
        )}
      </div>
      <SearchForm search={search} />
      <Filters search={search} counts={counts} saysWhenCounted />
      <Listings result={result} search={search} user={user} level={2} />
      <div className="section" />
    </main>
  );
}
