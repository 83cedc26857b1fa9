import type { EventHandler } from '@ticketing/common';
import { storeTicket } from '../models/ticket.ts';

export function whenTicketCreated(): EventHandler<'ticket:created'> {
  return async (ticket) => {
    await storeTicket(ticket);
  };
}
