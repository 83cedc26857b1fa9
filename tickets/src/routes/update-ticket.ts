import type { RequestHandler } from 'express';
import type { Outbox } from '@ticketing/common';
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
import type { Edit } from '../models/change-ticket.ts';
import { editTicket } from '../models/change-ticket.ts';
import { publicTicket } from '../models/public-ticket.ts';
import { currencyField, detailFields, priceField } from '../ticket-fields.ts';

const fields = {
  title: text({ name: 'title', max: 200 }),
  price: priceField('price'),
  faceValue: nullable(priceField('faceValue')),
  currency: optional(currencyField),
  version: optional(
    custom(
      (value) => Number.isSafeInteger(value) && (value as number) >= 0,
      'version must be the version of the ticket that you edit, an integer from 0',
    ),
  ),
  ...detailFields,
};

export function updateTicket(outbox: Outbox): RequestHandler {
  return async (req, res) => {
    const seller = requireUser(req);
    const edit = await validate<Edit>(fields, req);
    const id = pathId(req);
    if (!id) throw new NotFoundError('Ticket');
    const ticket = await editTicket(id, seller, edit);
    outbox.flush(ticket);
    res.json(publicTicket(ticket, seller));
  };
}
