import type { RequestHandler } from 'express';
import { findPage, readPage, setPaginationHeaders, validate } from '@ticketing/common';
import type { Offers } from '../models/event-offers.ts';
import { eventsInOrder, offersOf } from '../models/event-offers.ts';
import type { ListedEvent } from '../models/listed-event.ts';
import { findEvents } from '../models/listed-event.ts';
import { publicEvent } from '../models/public-event.ts';
import type { Found } from '../models/search-events.ts';
import { searchEvents } from '../models/search-events.ts';
import type { TicketQuery } from '../models/selection.ts';
import { selectEvents } from '../models/selection.ts';
import type { Vocabulary } from '../models/vocabulary.ts';
import type { Page as CachedPage, TicketCache } from '../ticket-cache.ts';
import type { Selection } from '../ticket-query.ts';
import { selectionFields, withoutBlanks } from '../ticket-query.ts';

/**
 * The events that have tickets for sale, in the order of their dates, or, with `q`, of how well they match. The query selects
 * tickets, as in their list. No viewer sees more than another.
 */
export function listEvents(cache: TicketCache, vocabulary: Vocabulary): RequestHandler {
  return async (req, res) => {
    const { q, ...query } = withoutBlanks(await validate<Selection>(selectionFields, req, 'query'));
    const page = readPage(req);
    const now = new Date();
    const found = q === undefined ? undefined : await searchEvents(vocabulary, { ...query, q }, now);
    const read = async () => toPage(await (found ? pageOfFound(found, page) : pageByDate(query, page, now)));
    const isCached = !found && !page.cursor && Object.keys(query).length === 0;
    const { body, ...pagination } = await (isCached
      ? cache.getPage('/api/tickets/events', page.limit, read)
      : read());
    setPaginationHeaders(req, res, pagination);
    if (found) res.setHeader('X-Search-Match', found.how);
    if (found?.correction) res.setHeader('X-Search-Correction', encodeURIComponent(found.correction));
    res.type('json').send(body);
  };
}

function toPage({ items, ...neighbors }: { items: Listed[]; next?: string; prev?: string }): CachedPage {
  const body = JSON.stringify(items.map(({ event, offers }) => publicEvent(event, offers)));
  return { ...neighbors, body, privateTo: new Set() };
}

type Listed = { event: ListedEvent; offers: Offers[] };
type Page = ReturnType<typeof readPage>;

async function pageByDate(query: TicketQuery, page: Page, now: Date) {
  const filter = selectEvents(query, now);
  const sort = { field: 'eventAt', direction: 1 } as const;
  const { items, ...neighbors } = await findPage(sort, page, (beyond, order, limit) =>
    eventsInOrder(filter, byEvent(beyond), order['eventAt']!, limit),
  );
  const ids = items.map(({ _id }) => _id);
  const [events, offers] = await Promise.all([findEvents(ids), offersOf(ids, filter)]);
  const shown = ids.flatMap((id) => {
    const event = events.get(id);
    return event ? [{ event, offers: offers.get(id) ?? [] }] : [];
  });
  return { items: shown, ...neighbors };
}

function pageOfFound(found: Found, page: Page) {
  const beyond = page.cursor?.key;
  return findPage({ field: 'rank', direction: 1 }, page, (_, order, limit) =>
    found.take(typeof beyond === 'number' ? beyond : undefined, order['rank']!, limit),
  );
}

/** The bound of a page of events, for their tickets: what is `_id` of an event is `eventId` of a ticket. */
function byEvent({ $or, ...bound }: { $or?: { _id?: unknown }[] }) {
  const renamed = $or?.map(({ _id: eventId, ...rest }) => (eventId ? { ...rest, eventId } : rest));
  return { ...bound, ...(renamed && { $or: renamed }) };
}
