import type { ReactNode } from 'react';
import { getTranslate } from '../../i18n/server.ts';
import type { Translate } from '../../i18n/translate.ts';
import type { Event, Ticket, User } from '../../lib/types.ts';
import type { EventPage, Page, ReadResult } from '../../server/api.ts';
import { listEvents, listTickets, tryRead } from '../../server/api.ts';
import { countTickets } from '../event/price-spread.ts';
import { EventListings } from './event-listings.tsx';
import { Listings } from './listings.tsx';
import { toApiQuery, type Search } from './search.ts';

/** What a search found: events or, where the address says so, single tickets. */
export type Results =
  { view: 'events'; read: ReadResult<EventPage> } | { view: 'tickets'; read: ReadResult<Page<Ticket>> };

export async function readCatalog(search: Search, limit: number): Promise<Results> {
  const query = toApiQuery(search, limit);
  return search.view === 'events'
    ? { view: 'events', read: await tryRead(listEvents(query)) }
    : { view: 'tickets', read: await tryRead(listTickets(query)) };
}

type Props = {
  results: Results;
  search: Search;
  limit: number;
  user: User | null;
  level?: 2 | 3;
  /** Offered where a search finds nothing. */
  ifEmpty?: ReactNode;
};

export function Catalog({ results, limit, user, ...shown }: Props) {
  return (
    <div id="results" tabIndex={-1}>
      {results.view === 'events' ? (
        <EventListings result={results.read} limit={limit} {...shown} />
      ) : (
        <Listings result={results.read} user={user} {...shown} />
      )}
    </div>
  );
}

/** The first link of a page with search and filters, which are many stops of the keyboard before the results. */
export async function SkipToResults() {
  const t = await getTranslate();
  return (
    <a className="skip" href="#results">
      {t('Skip to results')}
    </a>
  );
}

export function isEmpty({ read }: Results): boolean {
  return read.ok && read.value.items.length === 0;
}

/** How many there are, as far as the page knows: "12 events", "More than 24 events", "7 tickets". */
export function countOf(t: Translate, results: Results): string | undefined {
  if (!results.read.ok) return undefined;
  if (results.view === 'tickets') {
    const { total } = results.read.value;
    if (total === undefined) return undefined;
    return total >= 1000 ? t('More than 1,000 tickets') : countTickets(t, total);
  }
  const { items, next, previous } = results.read.value;
  if (previous !== undefined || items.length === 0) return undefined;
  const count = items.length;
  return next === undefined
    ? t('{count, plural, one {# event} other {# events}}', { count })
    : t('More than {count, plural, one {# event} other {# events}}', { count });
}

/** The currency of most tickets that are shown. */
export function mainCurrency(results: Results): string {
  const shown: (Event | Ticket)[] = results.read.ok ? results.read.value.items : [];
  const counts = new Map<string, number>();
  const count = (currency: string, tickets: number) =>
    counts.set(currency, (counts.get(currency) ?? 0) + tickets);
  for (const item of shown) {
    if ('prices' in item) item.prices.forEach(({ currency, available }) => count(currency, available));
    else count(item.currency, 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 'eur';
}
