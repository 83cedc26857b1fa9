import type { Category, Sort, TicketStatus } from '@ticketing/common';
import { toPrice } from '@ticketing/common';
import { cityKeyOf } from './city-names.ts';
import { NO_DATE } from './event-identity.ts';
import { priceKeyOf } from './price-key.ts';
import { searchTermsOf } from './text-keys.ts';

export const sorts = {
  newest: { field: 'createdAt', direction: -1 },
  price: { field: 'priceKey', direction: 1 },
  '-price': { field: 'priceKey', direction: -1 },
  date: { field: 'overAt', direction: 1 },
} as const satisfies Record<string, Sort>;

/** What `status=all` lists: what everyone may see. */
export const listedStatuses = ['available', 'reserved', 'sold'] as const satisfies TicketStatus[];

/** The query of a list of tickets, parsed. */
export type TicketQuery = {
  q?: string;
  status?: TicketStatus[];
  /** Of the prices; without it, `min` and `max` compare the numbers of all currencies. */
  currency?: string;
  min?: number;
  max?: number;
  category?: Category;
  city?: string;
  /** An instant, or a date at the venue, such as 2031-05-01. */
  from?: Date | string;
  to?: Date | string;
  sort?: keyof typeof sorts;
  mine?: '1';
};

const HOUR_MS = 60 * 60 * 1000;

/** Zones are from UTC-12 to UTC+14. */
const WEST_MS = 12 * HOUR_MS;
const EAST_MS = 14 * HOUR_MS;

/** The first and the last instant that some place on Earth has on this date. */
function anywhereOn(date: string): { first: Date; last: Date } {
  const midnight = Date.parse(`${date}T00:00:00Z`);
  return { first: new Date(midnight - EAST_MS), last: new Date(midnight + 24 * HOUR_MS + WEST_MS) };
}

/**
 * The conditions for the time of the event. A date means the one at the venue; the bounds of `overAt` beside it let the
 * indexes, which all have `overAt`, leave out the tickets of other days.
 */
function selectDates({ from, to }: TicketQuery, after: Date | undefined) {
  const first = typeof from === 'string' ? anywhereOn(from).first : from;
  const last = typeof to === 'string' ? anywhereOn(to).last : to;
  const localDate = {
    ...(typeof from === 'string' && { $gte: from }),
    ...(typeof to === 'string' && { $lte: to }),
  };
  const overAt = {
    ...(after && { $gt: after }),
    ...(first && { $gte: first }),
    ...(last && { $lte: last }),
    ...(first && !last && { $lt: NO_DATE }),
  };
  return {
    ...(Object.keys(overAt).length > 0 && { overAt }),
    ...(Object.keys(localDate).length > 0 && { localDate }),
  };
}

function selectPrices({ currency, min, max }: TicketQuery): object {
  if (currency !== undefined)
    return { priceKey: { $gte: lowestKey(currency, min), $lt: keyAbove(currency, max) } };
  if (min === undefined && max === undefined) return {};
  return { listPrice: { ...(min !== undefined && { $gte: min }), ...(max !== undefined && { $lte: max }) } };
}

/** Corrects what a division of decimal fractions leaves, such as 1998.9999999999998 for 19.99. */
const ROUNDING = 1e-6;

function lowestKey(currency: string, min = 0): string {
  return priceKeyOf(Math.ceil(min / toPrice(1, currency) - ROUNDING), currency);
}

function keyAbove(currency: string, max: number | undefined): string {
  // Beyond every digit.
  if (max === undefined) return `${currency}:`;
  return priceKeyOf(Math.floor(max / toPrice(1, currency) + ROUNDING) + 1, currency);
}

/** The words that a term of a search stands for. A regular expression must be the beginning of words. */
export type Expand = (term: string) => (string | RegExp)[];

const beginningsOnly: Expand = (term) => [new RegExp(`^${term}`, 'u')];

/** The condition that a ticket has a word for each term of a search. */
export function hasWords(q: string, expand: Expand = beginningsOnly): object {
  const terms = searchTermsOf(q);
  return terms.length > 0
    ? { $and: terms.map((term) => ({ words: { $in: expand(term) } })) }
    : { words: { $in: [] } };
}

/**
 * The MongoDB filter and sort of a query. Without `status`, only tickets for sale match: available and not over. A
 * seller's own tickets match in every status.
 */
export function selectTickets(
  query: TicketQuery,
  now: Date,
  sellerId?: string,
  expand?: Expand,
): { filter: object; sort: Sort } {
  const { q, status, category, city, sort = 'newest' } = query;
  const forSale = !sellerId && !status;
  const filter = {
    ...(sellerId && { userId: sellerId }),
    ...(forSale
      ? { status: 'available' }
      : status && { status: status.length === 1 ? status[0] : { $in: status } }),
    ...(category && { category }),
    ...(city && { cityKey: cityKeyOf(city) }),
    ...selectDates(query, forSale ? now : undefined),
    ...selectPrices(query),
    ...(q !== undefined && hasWords(q, expand)),
  };
  return { filter, sort: sorts[sort] };
}

/**
 * The filter for tickets for sale of the events of a query. The bound of `eventAt`, the earliest time that a clock shows
 * now, lets the index of events leave out those of the past.
 */
export function selectEvents(query: TicketQuery, now: Date): object {
  const { filter } = selectTickets(query, now);
  return { $and: [notOver(now), filter] };
}

/** Leaves out events that are over everywhere; some that are over just there remain. */
export function notOver(now: Date): object {
  return { eventAt: { $gt: new Date(now.getTime() - WEST_MS) } };
}
