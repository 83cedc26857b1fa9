import { toPrice } from '@ticketing/common';

/** The end of time, for tickets without a date: they are never over and come last by date. */
export const NO_DATE = new Date('9999-12-31T00:00:00.000Z');

export type SearchKeys = {
  overAt: Date;
  listPrice: number;
  words: string[];
  cityKey?: string | undefined;
};

/** Lower case, without accents, so that "Café" is found as "cafe". */
export function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

/** The words of a text, folded: letters and digits only, so they may stand in a pattern as they are. */
export function wordsOf(text: string): string[] {
  return [...new Set(fold(text).match(/[\p{L}\p{N}]+/gu) ?? [])];
}

/**
 * What lists filter and sort by, kept beside what people wrote. `listPrice` is the price in major units, so that
 * amounts of different currencies compare as the numbers that people see; it is never computed with.
 */
export function searchKeys(ticket: {
  title: string;
  amount: number;
  currency: string;
  startsAt?: Date | undefined;
  venue?: string | undefined;
  city?: string | undefined;
}): SearchKeys {
  const { title, amount, currency, startsAt, venue, city } = ticket;
  return {
    overAt: startsAt ?? NO_DATE,
    listPrice: toPrice(amount, currency),
    words: wordsOf([title, venue, city].filter(Boolean).join(' ')),
    cityKey: city && fold(city),
  };
}
