import type { Request, RequestHandler } from 'express';
import type { User } from '@ticketing/common';
import {
  currentUser,
  custom,
  findPage,
  oneOf,
  readPage,
  requireUser,
  setPaginationHeaders,
  TicketStatus,
  validate,
  ValidationError,
} from '@ticketing/common';
import { publicTicket } from '../models/public-ticket.ts';
import type { Expand, TicketQuery } from '../models/selection.ts';
import { selectTickets, sorts } from '../models/selection.ts';
import { countTickets, findTickets } from '../models/ticket.ts';
import type { Vocabulary } from '../models/vocabulary.ts';
import { expandExactly, expandWithTypos } from '../models/word-index.ts';
import type { Page, TicketCache } from '../ticket-cache.ts';
import { blank, selectionFields, withoutBlanks } from '../ticket-query.ts';

const listed = ['available', 'reserved', 'sold'] as const;
const fields = {
  ...selectionFields,
  status: blank(
    custom(
      (value) => typeof value === 'string' && (value === 'all' || value.split(',').every(isStatus)),
      `status must be all, or one or several of ${TicketStatus.options.join(', ')}, separated by commas`,
      (value) => (value === 'all' ? 'all' : [...new Set((value as string).split(','))]),
    ),
  ),
  sort: blank(oneOf(Object.keys(sorts), `sort must be one of ${Object.keys(sorts).join(', ')}`)),
  mine: blank(oneOf(['1'], 'mine must be 1')),
};

function isStatus(value: string): value is TicketStatus {
  return TicketStatus.safeParse(value).success;
}

async function readQuery(req: Request): Promise<TicketQuery> {
  const values = await validate<Record<keyof TicketQuery, unknown>>(fields, req, 'query');
  const { status, ...rest } = withoutBlanks(values) as Omit<TicketQuery, 'status'> & {
    status?: TicketStatus[] | 'all';
  };
  if (status === 'all') return rest.mine ? rest : { ...rest, status: [...listed] };
  if (!rest.mine && status?.includes('withdrawn'))
    throw new ValidationError([
      { field: 'status', message: 'Withdrawn tickets are listed with mine=1 only' },
    ]);
  return { ...rest, ...(status && { status }) };
}

/** A search that finds nothing is repeated with the words that its terms may be misspellings of. */
export function listTickets(cache: TicketCache, vocabulary: Vocabulary): RequestHandler {
  return async (req, res) => {
    const viewer = req.query['mine'] === '1' ? requireUser(req) : currentUser(req);
    const query = await readQuery(req);
    const page = readPage(req);

    async function read(as: User | undefined): Promise<Page> {
      const exact = await readBy(expandExactly(vocabulary), as);
      return query.q && exact.total === 0 ? readBy(expandWithTypos(vocabulary), as) : exact;
    }

    async function readBy(expand: Expand, as: User | undefined): Promise<Page> {
      const { filter, sort } = selectTickets(query, new Date(), query.mine && viewer?.id, expand);
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
    const cached = isCached
      ? await cache.getPage('/api/tickets', page.limit, () => read(undefined))
      : undefined;
    const isPublic = cached && !(viewer && cached.privateTo.has(viewer.id));
    const { body, ...pagination } = isPublic ? cached : await read(viewer);
    setPaginationHeaders(req, res, pagination);
    res.type('json').send(body);
  };
}
