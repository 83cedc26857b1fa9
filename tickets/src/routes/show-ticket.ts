import { currentUser, NotFoundError, pathId } from '@ticketing/common';
import type { RequestHandler } from 'express';
import { publicTicket } from '../models/public-ticket.ts';
import { findTicket } from '../models/ticket.ts';

export const showTicket: RequestHandler = async (req, res) => {
  const id = pathId(req);
  const ticket = id && (await findTicket(id));
  if (!ticket) throw new NotFoundError('Ticket');
  res.json(publicTicket(ticket, currentUser(req)));
};
