import type { Request, RequestHandler } from 'express';
import { z } from 'zod';
import type { Field, User } from '@ticketing/common';
import {
  Category,
  currentUser,
  custom,
  findPage,
  oneOf,
  readPage,
  requireUser,
  setPaginationHeaders,
  text,
  TicketStatus,
  validate,
  ValidationError,
} from '@ticketing/common';
import { publicTicket } from '../models/public-ticket.ts';
import type { TicketQuery } from '../models/selection.ts';
import { selectTickets, sorts } from '../models/selection.ts';
import { countTickets, findTickets } from '../models/ticket.ts';
import type { Page, TicketCache } from '../ticket-cache.ts';

/** Accepts an empty value, because HTML forms submit empty fields. */
function blank(inner: Field): Field {
  return (value, all) => (value ? inner(value, all) : { value });
}

const listed = ['available', 'reserved', 'sold'] as const;
const isoDate = z.iso.date();
const isoTime = z.iso.datetime({ offset: true });
const isTime = (value: unknown) => isoDate.safeParse(value).success || isoTime.safeParse(value).success;

function amount(name: string): Field {
  return custom(
    (value) => typeof value === 'string' && /^\d{1,10}(\.\d{1,3})?$/.test(value),
    `${name} must be an amount, such as 20 or 19.99`,
    Number,
  );
}

/** A date stays as it is: it means the date at the venue. */
function dateOrTime(name: string): Field {
  return custom(isTime, `${name} must be an ISO 8601 date or time, such as 2030-05-01`, (value) =>
    isoTime.safeParse(value).success ? new Date(value as string) : value,
  );
}

const fields = {
  q: blank(text({ name: 'q', min: 0, max: 200 })),
  status: blank(
    custom(
      (value) => typeof value === 'string' && (value === 'all' || value.split(',').every(isStatus)),
      `status must be all, or one or several of ${TicketStatus.options.join(', ')}, separated by commas`,
      (value) => (value === 'all' ? 'all' : [...new Set((value as string).split(','))]),
    ),
  ),
  min: blank(amount('min')),
  max: blank(amount('max')),
  category: blank(oneOf(Category.options, `category must be one of ${Category.options.join(', ')}`)),
  city: blank(text({ name: 'city', min: 0, max: 100 })),
  from: blank(dateOrTime('from')),
  to: blank(dateOrTime('to')),
  sort: blank(oneOf(Object.keys(sorts), `sort must be one of ${Object.keys(sorts).join(', ')}`)),
  mine: blank(oneOf(['1'], 'mine must be 1')),
};

function isStatus(value: string): value is TicketStatus {
  return TicketStatus.safeParse(value).success;
}

async function readQuery(req: Request): Promise<TicketQuery> {
  const values = await validate<Record<keyof TicketQuery, unknown>>(fields, req, 'query');
  const given = Object.entries(values).filter(([, value]) => value !== '');
  const { status, ...rest } = Object.fromEntries(given) as Omit<TicketQuery, 'status'> & {
    status?: TicketStatus[] | 'all';
  };
  if (status === 'all') return rest.mine ? rest : { ...rest, status: [...listed] };
  if (!rest.mine && status?.includes('withdrawn'))
    throw new ValidationError([
      { field: 'status', message: 'Withdrawn tickets are listed with mine=1 only' },
    ]);
  return { ...rest, ...(status && { status }) };
}

export function listTickets(cache: TicketCache): RequestHandler {
  return async (req, res) => {
    const viewer = req.query['mine'] === '1' ? requireUser(req) : currentUser(req);
    const query = await readQuery(req);
    const page = readPage(req);

    async function read(as: User | undefined): Promise<Page> {
      const { filter, sort } = selectTickets(query, new Date(), query.mine && viewer?.id);
      const [{ items, ...neighbors }, total] = await Promise.all([
        findPage(sort, page, (beyond, order, limit) =>
          findTickets({ $and: [filter, beyond] }, order, limit).toArray(),
        ),
        countTickets(filter),
      ]);
      const body = JSON.stringify(items.map((ticket) => publicTicket(ticket, as)));
      return { ...neighbors, total, body, privateTo: new Set(items.map(({ userId }) => userId)) };
    }

    const isCached = !page.cursor && Object.keys(query).length === 0;
    const cached = isCached ? await cache.getPage(page.limit, () => read(undefined)) : undefined;
    const isPublic = cached && !(viewer && cached.privateTo.has(viewer.id));
    const { body, ...pagination } = isPublic ? cached : await read(viewer);
    setPaginationHeaders(req, res, pagination);
    res.type('json').send(body);
  };
}
