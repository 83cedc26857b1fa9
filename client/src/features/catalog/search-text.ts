import { inSentence } from '../../i18n/in-sentence.ts';
import type { Translate } from '../../i18n/translate.ts';
import { categoryNames, toCategory } from '../../lib/types.ts';
import { isFiltered, searchPath, type Search } from './search.ts';

/** The filters that are on, each with its text and the search without it. */
export function activeFilters(t: Translate, search: Search): { text: string; without: string }[] {
  const { q, city, from, to, min, max, currency, all } = search;
  const code = currency ? currency.toUpperCase() : t('in any currency');
  const filters: [boolean, string, Partial<Search>][] = [
    [q !== '', t('“{q}”', { q }), { q: '' }],
    [city !== '', t('in {city}', { city }), { city: '' }],
    [from !== '', t('from {date}', { date: from }), { from: '' }],
    [to !== '', t('until {date}', { date: to }), { to: '' }],
    [min !== '', t('price from {min} {code}', { min, code }), { min: '' }],
    [max !== '', t('price up to {max} {code}', { max, code }), { max: '' }],
    [currency !== '' && min === '' && max === '', t('prices in {code}', { code }), { currency: '' }],
    [all, t('also reserved and sold'), { all: false }],
  ];
  return filters
    .filter(([isOn]) => isOn)
    .map(([, text, change]) => ({ text, without: searchPath(search, change) }));
}

/** “Mahler”, classical */
function describeQuery(t: Translate, { q, category }: Search): string {
  const known = toCategory(category);
  return [q && t('“{q}”', { q }), known && inSentence(t, t(categoryNames[known]))].filter(Boolean).join(', ');
}

/** The heading of the results: Tickets: “Mahler” in Graz */
export function searchTitle(t: Translate, search: Search): string {
  if (!isFiltered(search)) return t('Tickets for sale');
  const { city } = search;
  const query = describeQuery(t, search);
  if (query)
    return city ? t('Tickets: {query} in {city}', { query, city }) : t('Tickets: {query}', { query });
  return city ? t('Tickets in {city}', { city }) : t('Search results');
}

export function noMatchesTitle(t: Translate, search: Search): string {
  const { city } = search;
  const query = describeQuery(t, search);
  if (query)
    return city
      ? t('No tickets match {query} in {city}', { query, city })
      : t('No tickets match {query}', { query });
  return city ? t('No tickets in {city}', { city }) : t('No tickets match your search');
}
