import type { RequestHandler } from 'express';
import type { Fields, Outbox } from '@ticketing/common';
import { NotFoundError, pathId, requireUser, text, validate } from '@ticketing/common';
import { setSecret as change } from '../models/change-ticket.ts';
import { publicTicket } from '../models/public-ticket.ts';

const fields: Fields<{ secret: string }> = { secret: text({ name: 'secret', max: 2000 }) };

/** Adds or corrects the entry code, also after the sale. Every other edit needs an available ticket. */
export function setSecret(outbox: Outbox): RequestHandler {
  return async (req, res) => {
    const seller = requireUser(req);
    const { secret } = await validate(fields, req);
    const id = pathId(req);
    if (!id) throw new NotFoundError('Ticket');
    const ticket = await change(id, seller, secret);
    outbox.flush(ticket);
    res.json(publicTicket(ticket, seller));
  };
}
