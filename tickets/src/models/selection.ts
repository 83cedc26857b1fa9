import type { Category, Sort, TicketStatus } from '@ticketing/common';
import { fold, NO_DATE, wordsOf } from './search.ts';

export const sorts = {
  newest: { field: 'createdAt', direction: -1 },
  price: { field: 'listPrice', direction: 1 },
  '-price': { field: 'listPrice', direction: -1 },
  date: { field: 'overAt', direction: 1 },
} as const satisfies Record<string, Sort>;

export type Wanted = {
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

/** Which tickets somebody wants to see, as a filter of MongoDB, and how they are sorted. */
export function selection(wanted: Wanted, now: Date, sellerId?: string): { filter: object; sort: Sort } {
  const { q, status, min, max, category, city, from, to, sort = 'newest' } = wanted;
  const terms = q === undefined ? [] : wordsOf(q).slice(0, MAX_TERMS);
  const forSale = !sellerId && !status;
  const over: Record<string, Date> = {
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
    ...(Object.keys(over).length > 0 && { overAt: over }),
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
