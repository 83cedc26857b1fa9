import { toPrice } from '@ticketing/common';

/** The date of tickets without a date: they are never over, and sort last by date. */
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

/** The words of a text, folded. They hold letters and digits only, so a regular expression needs no escaping. */
export function wordsOf(text: string): string[] {
  return [...new Set(fold(text).match(/[\p{L}\p{N}]+/gu) ?? [])];
}

/**
 * The fields that lists filter and sort by, stored beside the seller's own text. `listPrice` is the price in major units,
 * so that prices in different currencies compare by the numbers on the page; no calculation uses it.
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
