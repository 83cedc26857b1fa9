import type { RequestHandler } from 'express';
import { currentUser, NotFoundError, pathId } from '@ticketing/common';
import type { ShownTicket } from '../models/public-ticket.ts';
import { shownTicket } from '../models/public-ticket.ts';
import { countSold, findTicket } from '../models/ticket.ts';
import type { TicketCache } from '../ticket-cache.ts';

export function showTicket(cache: TicketCache): RequestHandler {
  async function read(id: string): Promise<ShownTicket | null> {
    const ticket = await findTicket(id);
    return ticket && { ticket, sold: await cache.getSold(ticket.userId, () => countSold(ticket.userId)) };
  }
  return async (req, res) => {
    const id = pathId(req);
    const shown = id && (await cache.loadTicket(id, () => read(id)));
    if (!shown) throw new NotFoundError('Ticket');
    res.json(shownTicket(shown, currentUser(req)));
  };
}
