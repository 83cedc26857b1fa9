import { toPrice } from '@ticketing/common';
import { cityKeyOf, cityNamesOf } from './city-names.ts';
import type { EventFacts } from './event-identity.ts';
import { eventAtOf, eventIdOf, NO_DATE, startOf } from './event-identity.ts';
import { priceKeyOf } from './price-key.ts';
import { wordsOf } from './text-keys.ts';

export type SearchKeys = {
  /** The start, or `NO_DATE`. */
  overAt: Date;
  /** The date at the venue, such as 2031-05-01; undefined without a date. */
  localDate?: string | undefined;
  listPrice: number;
  /** See `priceKeyOf`. */
  priceKey: string;
  words: string[];
  /** See `cityKeyOf`. */
  cityKey?: string | undefined;
  /** See `eventIdOf`. */
  eventId: string;
  /** See `eventAtOf`. */
  eventAt: Date;
  /** `SEARCH_FORM` when the keys were computed. */
  searchForm: number;
};

/** Raise it with every change of `searchKeys`: at the next start, `rebuildSearchKeys` brings stored tickets up to date. */
export const SEARCH_FORM = 3;

/**
 * The fields that lists filter and sort by, stored beside the seller's own text. `listPrice` is the price in major units,
 * for filters without a currency; no calculation uses it.
 */
export function searchKeys(
  ticket: EventFacts & Searchable & { amount: number; currency: string },
): SearchKeys {
  const { amount, currency, startsAt, city } = ticket;
  const start = startOf(ticket);
  return {
    overAt: startsAt ?? NO_DATE,
    localDate: start === '' ? undefined : start.split('T')[0],
    listPrice: toPrice(amount, currency),
    priceKey: priceKeyOf(amount, currency),
    words: searchWords(ticket),
    cityKey: city && cityKeyOf(city),
    eventId: eventIdOf(ticket, start),
    eventAt: eventAtOf(ticket, start),
    searchForm: SEARCH_FORM,
  };
}

type Searchable = {
  title: string;
  venue?: string | undefined;
  city?: string | undefined;
  category?: string | undefined;
  seat?: string | undefined;
  notes?: string | undefined;
};

/** Bounds the index entries of one ticket: notes may have hundreds of words. */
const MAX_WORDS = 80;

/** The words that find a ticket or an event; a city is found by all of its names. */
export function searchWords({ title, venue, city, category, seat, notes }: Searchable): string[] {
  const texts = [title, venue, ...(city ? cityNamesOf(city) : []), category, seat, notes];
  return wordsOf(texts.filter(Boolean).join(' ')).slice(0, MAX_WORDS);
}
