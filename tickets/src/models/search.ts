import { toPrice } from '@ticketing/common';
import { localDateOf } from './local-date.ts';

/** The date of tickets without a date: they are never over, and sort last by date. Every real date is before it. */
export const NO_DATE = new Date('9999-12-31T00:00:00.000Z');

export type SearchKeys = {
  overAt: Date;
  /** The date at the venue, such as 2031-05-01; undefined without a date. */
  localDate?: string | undefined;
  listPrice: number;
  words: string[];
  cityKey?: string | undefined;
  /** `SEARCH_FORM` when the keys were computed. */
  searchForm: number;
};

/** Raise it with every change of `searchKeys`: at the next start, `rebuildSearchKeys` brings stored tickets up to date. */
export const SEARCH_FORM = 2;

/** Letters that NFKD does not decompose, and how people write them on a keyboard without them; ς only ends a word. */
const LETTERS: Record<string, string> = {
  ...{ ł: 'l', ø: 'o', đ: 'd', ð: 'd', ħ: 'h', ŧ: 't', ŋ: 'n', ı: 'i' },
  ...{ ß: 'ss', æ: 'ae', œ: 'oe', þ: 'th', ς: 'σ' },
};
const SPECIAL_LETTER = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'gu');

/** Lower case, without accents, ligatures and invisible characters, so that "Café" is found as "cafe". */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\p{M}\p{Default_Ignorable_Code_Point}]/gu, '')
    .toLowerCase()
    .replace(SPECIAL_LETTER, (letter) => LETTERS[letter] ?? letter);
}

/** Scripts that are written without spaces between words. */
const UNSPACED = String.raw`\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Mymr}`;
const UNSPACED_RUN = new RegExp(`^[${UNSPACED}]`, 'u');
const RUNS = new RegExp(
  String.raw`(?:(?=[\p{L}\p{N}])[${UNSPACED}])+|(?:(?![${UNSPACED}])[\p{L}\p{N}])+`,
  'gu',
);

/** The runs of letters and digits of a text, folded; scripts with and without spaces are in runs of their own. */
function runsOf(text: string): string[] {
  return fold(text).match(RUNS) ?? [];
}

/** Each character with the next one, as in a bigram index: 東京都 gives 東京, 京都 and 都. */
function pairsOf(run: string): string[] {
  const characters = [...run];
  return characters.map((character, index) => character + (characters[index + 1] ?? ''));
}

/**
 * The words of a text that a search finds by their beginnings. They hold folded letters and digits only, so a regular
 * expression needs no escaping. Text without spaces is stored in pairs of characters, so that its inside is found too.
 */
export function wordsOf(text: string): string[] {
  return [...new Set(runsOf(text).flatMap((run) => (UNSPACED_RUN.test(run) ? pairsOf(run) : [run])))];
}

/** The beginnings of words (see `wordsOf`) that a text must all have to match a query. */
export function termsOf(query: string): string[] {
  const terms = runsOf(query).flatMap((run) => {
    if (!UNSPACED_RUN.test(run)) return [run];
    const pairs = pairsOf(run);
    return pairs.length > 1 ? pairs.slice(0, -1) : pairs;
  });
  return [...new Set(terms)];
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
  timeZone?: string | undefined;
  venue?: string | undefined;
  city?: string | undefined;
}): SearchKeys {
  const { title, amount, currency, startsAt, timeZone, venue, city } = ticket;
  return {
    overAt: startsAt ?? NO_DATE,
    localDate: startsAt && localDateOf(startsAt, timeZone),
    listPrice: toPrice(amount, currency),
    words: wordsOf([title, venue, city].filter(Boolean).join(' ')),
    cityKey: city && fold(city),
    searchForm: SEARCH_FORM,
  };
}
