import type { RequestHandler } from 'express';
import type { Logger, Operation, OperatorActionName, Outbox } from '@ticketing/common';
import { isId, NotFoundError, operatorRoute, pathId, sendPage, ValidationError } from '@ticketing/common';
import { restoreListing, takeDownListing } from '../../models/operate.ts';
import { publicTicket } from '../../models/public-ticket.ts';
import type { Suspensions } from '../../models/seller.ts';
import type { Ticket } from '../../models/ticket.ts';
import { countTickets, findTicket, findTickets } from '../../models/ticket.ts';

type Deps = { outbox: Outbox; suspensions: Pick<Suspensions, 'isSuspended'>; log: Logger };

/** Lists the listings of a seller in every status, the newest first. */
export function listSellerListings(): RequestHandler {
  return async (req, res) => {
    const { seller } = req.query;
    if (!isId(seller))
      throw new ValidationError([{ field: 'seller', message: 'seller must be the id of a user' }]);
    const ofSeller = { userId: seller };
    await sendPage(req, res, {
      sort: { field: 'createdAt', direction: -1 },
      find: (beyond, order, limit) => findTickets({ $and: [ofSeller, beyond] }, order, limit).toArray(),
      count: () => countTickets(ofSeller),
      show: listingForOperators,
    });
  };
}

export function showListing(): RequestHandler {
  return async (req, res) => {
    const id = pathId(req);
    const ticket = id && (await findTicket(id));
    if (!ticket) throw new NotFoundError('Ticket');
    res.json(listingForOperators(ticket));
  };
}

export function takeDownListingRoute(deps: Deps): RequestHandler {
  return changeListing(deps, 'listing_taken_down', takeDownListing);
}

/** Responds with the listing that is for sale: a new one unless the old one was reserved. */
export function restoreListingRoute(deps: Deps): RequestHandler {
  return changeListing(deps, 'listing_restored', (id, by) => restoreListing(id, by, deps.suspensions));
}

function changeListing(
  { outbox, log }: Deps,
  action: OperatorActionName,
  change: (id: string, by: Operation) => Promise<Ticket>,
): RequestHandler {
  return operatorRoute(action, {
    kind: 'Ticket',
    log,
    async take(id, by) {
      const ticket = await change(id, by);
      outbox.flush(ticket);
      return ticket;
    },
    show: listingForOperators,
  });
}

/** A listing as operators see it: who is concerned, but never the entry code. */
function listingForOperators(ticket: Ticket) {
  const { orderId, buyerId, takenDown, restoredFrom, reservationSeq } = ticket;
  return { ...publicTicket(ticket, undefined), orderId, buyerId, takenDown, restoredFrom, reservationSeq };
}
