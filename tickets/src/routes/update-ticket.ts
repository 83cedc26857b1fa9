import {
  custom,
  NotFoundError,
  nullable,
  optional,
  pathId,
  requireUser,
  text,
  validate,
} from '@ticketing/common';
import type { Outbox } from '@ticketing/common';
import type { RequestHandler } from 'express';
import { publicTicket } from '../models/public-ticket.ts';
import { editTicket } from '../models/change-ticket.ts';
import type { Edit } from '../models/change-ticket.ts';
import { currency, details, price } from '../ticket-fields.ts';

const edit = {
  title: text({ name: 'title', max: 200 }),
  price: price('price'),
  faceValue: nullable(price('faceValue')),
  currency: optional(currency),
  version: optional(
    custom(
      (value) => Number.isSafeInteger(value) && (value as number) >= 0,
      'version must be the number of the version that you saw',
    ),
  ),
  ...details,
};

export function updateTicket(outbox: Outbox): RequestHandler {
  return async (req, res) => {
    const seller = requireUser(req);
    const said = await validate<Edit>(edit, req);
    const id = pathId(req);
    if (!id) throw new NotFoundError('Ticket');
    const ticket = await editTicket(id, seller, said);
    outbox.flush(ticket);
    res.json(publicTicket(ticket, seller));
  };
}
