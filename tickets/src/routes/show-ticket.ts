import { currentUser, NotFoundError, pathId } from '@ticketing/common';
import type { RequestHandler } from 'express';
import type { FrontPage } from '../front-page.ts';
import { publicTicket } from '../models/public-ticket.ts';
import { findTicket } from '../models/ticket.ts';

export function showTicket(front: FrontPage): RequestHandler {
  return async (req, res) => {
    const id = pathId(req);
    const ticket = id && (await front.show(id, () => findTicket(id)));
    if (!ticket) throw new NotFoundError('Ticket');
    res.json(publicTicket(ticket, currentUser(req)));
  };
}
