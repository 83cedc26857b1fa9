import type { EventHandler, Outbox } from '@ticketing/common';
import { changeOrder } from '../models/change-order.ts';
import { storeTicket } from '../models/ticket.ts';

/**
 * The reaction runs on every delivery, newer or not: a crash after storing the ticket must not lose it. A ticket is sold because
 * its order is complete, so that changes nothing.
 */
export function whenTicketUpdated(outbox: Outbox): EventHandler<'ticket:updated'> {
  return async (ticket) => {
    await storeTicket(ticket);
    if (!ticket.orderId || ticket.status === 'sold') return;
    const order = await changeOrder(ticket.orderId, { event: 'ticket:updated' });
    if (order) outbox.flush(order);
  };
}
