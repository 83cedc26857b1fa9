import type { Request, RequestHandler } from 'express';
import type { User } from '@ticketing/common';
import {
  currentUser,
  findPage,
  oneOf,
  readPage,
  requireUser,
  setPaginationHeaders,
  validate,
} from '@ticketing/common';
import { publicTicket } from '../models/public-ticket.ts';
import type { Expand, TicketQuery } from '../models/selection.ts';
import { selectTickets } from '../models/selection.ts';
import { countTickets, findTickets } from '../models/ticket.ts';
import type { Vocabulary } from '../models/vocabulary.ts';
import { expandExactly, expandWithTypos } from '../models/word-index.ts';
import type { Page, TicketCache } from '../ticket-cache.ts';
import { blank, searchFields, toTicketQuery } from '../ticket-query.ts';

const fields = { ...searchFields, mine: blank(oneOf(['1'], 'mine must be 1')) };

async function readQuery(req: Request): Promise<TicketQuery> {
  return toTicketQuery(await validate<Record<keyof TicketQuery, unknown>>(fields, req, 'query'));
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
