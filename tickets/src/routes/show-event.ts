import type { RequestHandler } from 'express';
import { currentUser, findPage, NotFoundError, readPage, setPaginationHeaders } from '@ticketing/common';
import { mergeOffers, offersOf } from '../models/event-offers.ts';
import { findEvent } from '../models/listed-event.ts';
import { publicEvent } from '../models/public-event.ts';
import { publicTicket } from '../models/public-ticket.ts';
import { selectTickets } from '../models/selection.ts';
import { findTickets } from '../models/ticket.ts';

/** An event with a page of its tickets for sale, cheapest first within each currency. */
export function showEvent(): RequestHandler<{ address: string }> {
  return async (req, res) => {
    const viewer = currentUser(req);
    const page = readPage(req);
    const found = await findEvent(req.params.address);
    if (!found) throw new NotFoundError('Event');
    const { event, ids } = found;
    const { filter } = selectTickets({}, new Date());
    const [{ items, ...neighbors }, offers] = await Promise.all([
      findPage({ field: 'priceKey', direction: 1 }, page, (beyond, order, limit) =>
        findTickets({ $and: [filter, { eventId: { $in: ids } }, beyond] }, order, limit).toArray(),
      ),
      offersOf(ids, filter),
    ]);
    const shown = publicEvent(event, mergeOffers([...offers.values()].flat()));
    setPaginationHeaders(req, res, { ...neighbors, total: shown.available });
    res.json({ ...shown, tickets: items.map((ticket) => publicTicket(ticket, viewer)) });
  };
}
