import type { EventData } from '@ticketing/common';
import { storeTicket } from '../models/ticket.ts';

export function whenTicketCreated() {
  return async (ticket: EventData<'ticket:created'>) => {
    await storeTicket(ticket);
  };
}
