import type { RequestHandler } from 'express';
import { currentUser, NotFoundError, pathId } from '@ticketing/common';
import { publicTicket } from '../models/public-ticket.ts';
import { findTicket } from '../models/ticket.ts';
import type { TicketCache } from '../ticket-cache.ts';

export function showTicket(cache: TicketCache): RequestHandler {
  return async (req, res) => {
    const id = pathId(req);
    const ticket = id && (await cache.loadTicket(id, () => findTicket(id)));
    if (!ticket) throw new NotFoundError('Ticket');
    res.json(publicTicket(ticket, currentUser(req)));
  };
}
