import type { EventHandler, Outbox } from '@ticketing/common';
import { followOrder } from '../models/change-ticket.ts';
import { orderFact } from '../order-fact.ts';

/** Makes the ticket available again if the order has reserved it. */
export function whenOrderCancelled(outbox: Outbox): EventHandler<'order:cancelled'> {
  return async (order, event) => {
    const ticket = await followOrder(order.ticket.id, orderFact(order, event, 'cancelled'));
    if (ticket) outbox.flush(ticket);
  };
}
