import type { EventHandler, OrderStatus, Outbox } from '@ticketing/common';
import { followOrder } from '../models/change-ticket.ts';
import { orderFact } from '../order-fact.ts';
import type { OrderFact } from '../reservation.ts';

const facts: Partial<Record<OrderStatus, OrderFact['happened']>> = {
  complete: 'complete',
  refunded: 'refunded',
  cancelled: 'cancelled',
};

/** Sells, withdraws or frees the ticket with its order. Other statuses of the order change nothing. */
export function whenOrderUpdated(outbox: Outbox): EventHandler<'order:updated'> {
  return async (order, event) => {
    const happened = facts[order.status];
    if (!happened) return;
    const ticket = await followOrder(order.ticket.id, orderFact(order, event, happened));
    if (ticket) outbox.flush(ticket);
  };
}
