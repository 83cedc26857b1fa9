import type { RequestHandler } from 'express';
import { findPage, paginationHeaders, readPage, validate } from '@ticketing/common';
import { eventsInOrder, offersOf } from '../models/event-offers.ts';
import { findEvents } from '../models/listed-event.ts';
import { publicEvent } from '../models/public-event.ts';
import { selectEvents } from '../models/selection.ts';
import type { Selection } from '../ticket-query.ts';
import { selectionFields, withoutBlanks } from '../ticket-query.ts';

/** The events that have tickets for sale, in the order of their dates. The query selects tickets, as in their list. */
export function listEvents(): RequestHandler {
  return async (req, res) => {
    const query = withoutBlanks(await validate<Selection>(selectionFields, req, 'query'));
    const page = readPage(req);
    const filter = selectEvents(query, new Date());
    const { items, ...neighbors } = await findPage(
      { field: 'eventAt', direction: 1 },
      page,
      (beyond, order, limit) => eventsInOrder(filter, byEvent(beyond), order['eventAt']!, limit),
    );
    const ids = items.map(({ _id }) => _id);
    const [events, offers] = await Promise.all([findEvents(ids), offersOf(ids, filter)]);
    const { Link } = paginationHeaders(req.originalUrl, { ...neighbors, total: 0 });
    if (Link) res.setHeader('Link', Link);
    res.json(
      ids.flatMap((id) => {
        const event = events.get(id);
        return event ? [publicEvent(event, offers.get(id) ?? [])] : [];
      }),
    );
  };
}

/** The bound of a page of events, for their tickets: what is `_id` of an event is `eventId` of a ticket. */
function byEvent({ $or, ...bound }: { $or?: { _id?: unknown }[] }) {
  const renamed = $or?.map(({ _id: eventId, ...rest }) => (eventId ? { ...rest, eventId } : rest));
  return { ...bound, ...(renamed && { $or: renamed }) };
}
