import type { Category, Sort, TicketStatus } from '@ticketing/common';
import { fold, NO_DATE, termsOf } from './search.ts';

export const sorts = {
  newest: { field: 'createdAt', direction: -1 },
  price: { field: 'listPrice', direction: 1 },
  '-price': { field: 'listPrice', direction: -1 },
  date: { field: 'overAt', direction: 1 },
} as const satisfies Record<string, Sort>;

/** The query of a list of tickets, parsed. */
export type TicketQuery = {
  q?: string;
  status?: TicketStatus[];
  min?: number;
  max?: number;
  category?: Category;
  city?: string;
  from?: Date;
  to?: Date;
  sort?: keyof typeof sorts;
  mine?: '1';
};

const MAX_TERMS = 8;

/**
 * The MongoDB filter and sort of a query. Without `status`, only tickets for sale match: available and not over. A
 * seller's own tickets match in every status.
 */
export function selectTickets(
  query: TicketQuery,
  now: Date,
  sellerId?: string,
): { filter: object; sort: Sort } {
  const { q, status, min, max, category, city, from, to, sort = 'newest' } = query;
  const terms = q === undefined ? [] : termsOf(q).slice(0, MAX_TERMS);
  const forSale = !sellerId && !status;
  const overAt: Record<string, Date> = {
    ...(forSale && { $gt: now }),
    ...(from && { $gte: from }),
    ...(to && { $lte: to }),
    ...(from && !to && { $lt: NO_DATE }),
  };
  const filter = {
    ...(sellerId && { userId: sellerId }),
    ...(forSale
      ? { status: 'available' }
      : status && { status: status.length === 1 ? status[0] : { $in: status } }),
    ...(category && { category }),
    ...(city && { cityKey: fold(city) }),
    ...(Object.keys(overAt).length > 0 && { overAt }),
    ...((min !== undefined || max !== undefined) && {
      listPrice: { ...(min !== undefined && { $gte: min }), ...(max !== undefined && { $lte: max }) },
    }),
    ...(q !== undefined &&
      (terms.length > 0
        ? { $and: terms.map((term) => ({ words: { $regex: `^${term}` } })) }
        : { words: { $in: [] } })),
  };
  return { filter, sort: sorts[sort] };
}
