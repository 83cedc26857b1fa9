import type { EventHandler, OrderStatus, Outbox } from '@ticketing/common';
import { followOrder } from '../models/change-ticket.ts';
import type { OrderFact } from '../reservation.ts';

const facts: Partial<Record<OrderStatus, OrderFact['happened']>> = {
  complete: 'complete',
  refunded: 'refunded',
  cancelled: 'cancelled',
};

/** Sells or withdraws the ticket with its order. A state without a fact for the ticket changes nothing. */
export function whenOrderUpdated(outbox: Outbox): EventHandler<'order:updated'> {
  return async (order, event) => {
    const happened = facts[order.status];
    if (!happened) return;
    const ticket = await followOrder(order.ticket.id, {
      happened,
      orderId: order.id,
      buyerId: order.userId,
      reservationSeq: order.reservationSeq,
      at: new Date(event.time),
    });
    if (ticket) outbox.flush(ticket);
  };
}
