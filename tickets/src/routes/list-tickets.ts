import {
  Category,
  currentUser,
  custom,
  findPage,
  oneOf,
  setPaginationHeaders,
  readPage,
  requireUser,
  text,
  TicketStatus,
  validate,
  ValidationError,
} from '@ticketing/common';
import type { Field, User } from '@ticketing/common';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { FrontPage, Page } from '../front-page.ts';
import { publicTicket } from '../models/public-ticket.ts';
import { selection, sorts } from '../models/selection.ts';
import type { Wanted } from '../models/selection.ts';
import { countTickets, findTickets } from '../models/ticket.ts';

/** Forms send what was left empty as an empty text. */
function blank(inner: Field): Field {
  return { chain: (name, from) => inner.chain(name, from).optional({ values: 'falsy' }) };
}

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
  q: blank(text({ name: 'q', min: 0, max: 200 })),
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
  city: blank(text({ name: 'city', min: 0, max: 100 })),
  from: blank(time('from', (value) => new Date(value))),
  to: blank(
    time(
      'to',
      (value) => new Date(new Date(value).getTime() + (isoTime.safeParse(value).success ? 0 : DAY_MS - 1)),
    ),
  ),
  sort: blank(oneOf(Object.keys(sorts), `sort must be one of ${Object.keys(sorts).join(', ')}`)),
  mine: blank(oneOf(['1'], 'mine must be 1')),
};

function isStatus(word: string): word is TicketStatus {
  return TicketStatus.safeParse(word).success;
}

async function readWanted(req: Parameters<RequestHandler>[0]): Promise<Wanted> {
  const said = await validate<Record<keyof Wanted, unknown>>(query, req, 'query');
  const wanted = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== '')) as Omit<
    Wanted,
    'status'
  > & {
    status?: TicketStatus[] | 'all';
  };
  const { status, ...rest } = wanted;
  if (status === 'all') return wanted.mine ? rest : { ...rest, status: [...listed] };
  if (!wanted.mine && status?.includes('withdrawn'))
    throw new ValidationError([
      { field: 'status', message: 'Withdrawn tickets are listed with mine=1 only' },
    ]);
  return { ...rest, ...(status && { status }) };
}

export function listTickets(front: FrontPage): RequestHandler {
  return async (req, res) => {
    const viewer = req.query['mine'] === '1' ? requireUser(req) : currentUser(req);
    const wanted = await readWanted(req);
    const page = readPage(req);

    async function read(as: User | undefined): Promise<Page> {
      const { filter, sort } = selection(wanted, new Date(), wanted.mine && viewer?.id);
      const [{ items, ...neighbours }, total] = await Promise.all([
        findPage(sort, page, (beyond, order, limit) =>
          findTickets({ $and: [filter, beyond] }, order, limit).toArray(),
        ),
        countTickets(filter),
      ]);
      const body = JSON.stringify(items.map((ticket) => publicTicket(ticket, as)));
      return { ...neighbours, total, body, private: new Set(items.map(({ userId }) => userId)) };
    }

    const isFront = !page.cursor && Object.keys(wanted).length === 0;
    const known = isFront ? await front.read(page.limit, () => read(undefined)) : undefined;
    const isTheirs = known && !(viewer && known.private.has(viewer.id));
    const { body, ...about } = isTheirs ? known : await read(viewer);
    setPaginationHeaders(req, res, about);
    res.type('json').send(body);
  };
}
