import type { EventData, Outbox } from '@ticketing/common';
import { apply } from '../models/change-order.ts';
import { storeTicket } from '../models/ticket.ts';

/** The reaction runs on every delivery, newer or not: a crash after storing the ticket must not lose it. */
export function whenTicketUpdated(outbox: Outbox) {
  return async (ticket: EventData<'ticket:updated'>) => {
    await storeTicket(ticket);
    if (!ticket.orderId) return;
    const order = await apply(ticket.orderId, { event: 'ticket:updated' });
    if (order) outbox.flush(order);
  };
}
