import {
  Category,
  currentUser,
  custom,
  findPage,
  oneOf,
  pageHeaders,
  readPage,
  requireUser,
  text,
  TicketStatus,
  validate,
  ValidationError,
} from '@ticketing/common';
import type { Field, Sort } from '@ticketing/common';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import { publicTicket } from '../models/public-ticket.ts';
import { fold, NO_DATE, wordsOf } from '../models/search.ts';
import { countTickets, findTickets } from '../models/ticket.ts';

const sorts = {
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

/** Forms send what was left empty as an empty text. */
function blank(inner: Field): Field {
  return { chain: (name, from) => inner.chain(name, from).optional({ values: 'falsy' }) };
}

const MAX_TERMS = 8;
const listed = ['available', 'reserved', 'sold'] as const;
const DAY_MS = 24 * 60 * 60 * 1000;
const isoDate = z.iso.date();
const isoTime = z.iso.datetime({ offset: true });
const isTime = (value: unknown) => isoDate.safeParse(value).success || isoTime.safeParse(value).success;

function amount(name: string): Field {
  return custom(
    (value) => typeof value === 'string' && /^\d{1,9}(\.\d{1,3})?$/.test(value),
    `${name} must be an amount, such as 20 or 19.99`,
    (value) => (value ? Number(value) : value),
  );
}

function time(name: string, convert: (value: string) => Date): Field {
  return custom(isTime, `${name} must be an ISO 8601 date or time, such as 2030-05-01`, (value) =>
    value ? convert(value as string) : value,
  );
}

const query = {
  q: blank(text({ name: 'q', max: 200 })),
  status: blank(
    custom(
      (value) => typeof value === 'string' && (value === 'all' || value.split(',').every(isStatus)),
      `status must be all or a list of ${TicketStatus.options.join(', ')}`,
      (value) => (value === 'all' ? 'all' : value && [...new Set((value as string).split(','))]),
    ),
  ),
  min: blank(amount('min')),
  max: blank(amount('max')),
  category: blank(oneOf(Category.options, `category must be one of ${Category.options.join(', ')}`)),
  city: blank(text({ name: 'city', max: 100 })),
  from: blank(time('from', (value) => new Date(value))),
  to: blank(time('to', (value) => new Date(new Date(value).getTime() + (isoTime.safeParse(value).success ? 0 : DAY_MS - 1)))),
  sort: blank(oneOf(Object.keys(sorts), `sort must be one of ${Object.keys(sorts).join(', ')}`)),
  mine: blank(oneOf(['1'], 'mine must be 1')),
};

function isStatus(word: string): word is TicketStatus {
  return TicketStatus.safeParse(word).success;
}

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
    ...(forSale ? { status: 'available' } : status && { status: status.length === 1 ? status[0] : { $in: status } }),
    ...(category && { category }),
    ...(city && { cityKey: fold(city) }),
    ...(Object.keys(over).length > 0 && { overAt: over }),
    ...((min !== undefined || max !== undefined) && {
      listPrice: { ...(min !== undefined && { $gte: min }), ...(max !== undefined && { $lte: max }) },
    }),
    ...(q !== undefined && (terms.length > 0 ? { $and: terms.map((term) => ({ words: { $regex: `^${term}` } })) } : { words: { $in: [] } })),
  };
  return { filter, sort: sorts[sort] };
}

async function readWanted(req: Parameters<RequestHandler>[0]): Promise<Wanted> {
  const said = await validate<Record<keyof Wanted, unknown>>(query, req, 'query');
  const wanted = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== '')) as Omit<Wanted, 'status'> & {
    status?: TicketStatus[] | 'all';
  };
  const { status, ...rest } = wanted;
  if (status === 'all') return wanted.mine ? rest : { ...rest, status: [...listed] };
  if (!wanted.mine && status?.includes('withdrawn'))
    throw new ValidationError([{ field: 'status', message: 'Withdrawn tickets are listed with mine=1 only' }]);
  return { ...rest, ...(status && { status }) };
}

export function listTickets(): RequestHandler {
  return async (req, res) => {
    const viewer = req.query['mine'] === '1' ? requireUser(req) : currentUser(req);
    const wanted = await readWanted(req);
    const page = readPage(req);
    const { filter, sort } = selection(wanted, new Date(), wanted.mine && viewer?.id);
    const [{ items, ...neighbours }, total] = await Promise.all([
      findPage(sort, page, (beyond, order, limit) =>
        findTickets({ $and: [filter, beyond] }, order, limit).toArray(),
      ),
      countTickets(filter),
    ]);
    pageHeaders(req, res, { ...neighbours, total });
    res.json(items.map((ticket) => publicTicket(ticket, viewer)));
  };
}
