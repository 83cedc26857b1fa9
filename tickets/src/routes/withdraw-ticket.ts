import type { RequestHandler } from 'express';
import type { Outbox } from '@ticketing/common';
import { noFields, NotFoundError, pathId, requireUser, validate } from '@ticketing/common';
import { withdrawTicket as withdraw } from '../models/change-ticket.ts';

export function withdrawTicket(outbox: Outbox): RequestHandler {
  return async (req, res) => {
    const seller = requireUser(req);
    await validate(noFields, req);
    const id = pathId(req);
    if (!id) throw new NotFoundError('Ticket');
    outbox.flush(await withdraw(id, seller));
    res.status(204).end();
  };
}
