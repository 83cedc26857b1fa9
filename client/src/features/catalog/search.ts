import { messages } from '../../i18n/translate.ts';
import { currencies } from '../../lib/currencies.ts';
import { toCategory } from '../../lib/types.ts';

/** The id of the search form. The fields of the filters belong to it too, wherever they are on the page. */
export const SEARCH_FORM = 'search';

export type SearchParams = Record<string, string | string[] | undefined>;

export const sorts = messages([
  ['newest', 'Newest'],
  ['price', 'Price, low to high'],
  ['-price', 'Price, high to low'],
  ['date', 'Event date'],
] as const);

export type Search = {
  /** What the page lists: events, or, also with an order or with sold ones, single tickets. */
  view: 'events' | 'tickets';
  q: string;
  city: string;
  category: string;
  from: string;
  to: string;
  min: string;
  max: string;
  /** Of the limits of the price, or of tickets sorted by price; empty for every currency. */
  currency: string;
  sort: string;
  all: boolean;
  cursor: string;
};

const filters = ['q', 'city', 'category', 'from', 'to', 'min', 'max', 'currency'] as const;

function firstValue(params: SearchParams, name: string): string {
  const value = params[name];
  return (Array.isArray(value) ? value[0] : value)?.trim() ?? '';
}

/** The search in the address. Invalid numbers are kept: the service rejects them with a message. */
export function readSearch(params: SearchParams): Search {
  const read = (name: string) => firstValue(params, name);
  const sort = sorts.find(([value]) => value === read('sort'))?.[0];
  const all = read('status') === 'all';
  const [min, max] = [read('min'), read('max')];
  const comparesPrices = min !== '' || max !== '' || sort === 'price' || sort === '-price';
  return {
    view: read('view') === 'tickets' || sort || all ? 'tickets' : 'events',
    q: read('q'),
    city: read('city'),
    category: toCategory(read('category')) ?? '',
    from: read('from'),
    to: read('to'),
    min,
    max,
    currency: (comparesPrices && currencies.find((currency) => currency === read('currency'))) || '',
    sort: sort ?? 'newest',
    all,
    cursor: read('cursor'),
  };
}

/** The query of the request to the tickets service. Days go as they are: the service compares them with the venue's. */
export function toApiQuery(search: Search, limit: number): URLSearchParams {
  const query = toParams(search);
  query.delete('view');
  query.set('limit', String(limit));
  return query;
}

/** The parameters of the address for this search, without those that have their default value. */
export function toParams(search: Search): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of [...filters, 'cursor'] as const) {
    if (search[name]) query.set(name, search[name]);
  }
  if (search.view === 'tickets') query.set('view', 'tickets');
  if (search.sort !== 'newest') query.set('sort', search.sort);
  if (search.all) query.set('status', 'all');
  return query;
}

/** The same search in the list of events, without what only single tickets have, or in that of tickets. */
export function viewPath(search: Search, view: Search['view']): string {
  return searchPath(search, { view, ...(view === 'events' && { sort: 'newest', all: false }) });
}

/** The path of this search with `change` applied. Every change but a new cursor goes to the first page. */
export function searchPath(search: Search, change: Partial<Search> = {}): string {
  const query = toParams({ ...search, cursor: '', ...change });
  return query.size > 0 ? `/tickets?${query}` : '/tickets';
}

export function isFiltered(search: Search): boolean {
  return filters.some((name) => search[name] !== '');
}
