import type { Translate } from '../../i18n/translate.ts';
import type { Search } from './search.ts';

const HALF_WEEK_MS = 3 * 24 * 60 * 60 * 1000;

/** Wider searches for a search without a result, the closest first: the same words elsewhere, then the same place and week. */
export function widen(t: Translate, search: Search): { title: string; search: Search }[] {
  const { q, city, from, to, min, max } = search;
  const wider = { ...search, category: '', cursor: '' };
  const week = weekAround(from, to);
  const anyPrice = { min: '', max: '', currency: '' };
  const all: [boolean, string, Search][] = [
    [min !== '' || max !== '', t('At other prices'), { ...wider, ...anyPrice }],
    [week !== undefined, t('In the same week'), { ...wider, ...week }],
    [
      q !== '' && (city !== '' || from !== '' || to !== ''),
      t('“{q}” elsewhere', { q }),
      { ...wider, ...anyPrice, city: '', from: '', to: '' },
    ],
    [q !== '' && city !== '', t('In {city}', { city }), { ...wider, ...anyPrice, q: '', from: '', to: '' }],
    [
      week !== undefined && q !== '',
      t('Other events in the same week'),
      { ...wider, ...anyPrice, q: '', ...week },
    ],
  ];
  return all.filter(([applies]) => applies).map(([, title, found]) => ({ title, search: found }));
}

/** The dates three days before and after; undefined without a date. */
function weekAround(from: string, to: string): Pick<Search, 'from' | 'to'> | undefined {
  const [first, last] = [Date.parse(from || to), Date.parse(to || from)];
  if (Number.isNaN(first) || Number.isNaN(last)) return undefined;
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  return { from: day(first - HALF_WEEK_MS), to: day(last + HALF_WEEK_MS) };
}
