import type { EventHandler, Outbox } from '@ticketing/common';
import { followOrder } from '../models/change-ticket.ts';

/** Frees what the order held. */
export function whenOrderCancelled(outbox: Outbox): EventHandler<'order:cancelled'> {
  return async (order, event) => {
    const ticket = await followOrder(order.ticket.id, {
      happened: 'cancelled',
      orderId: order.id,
      buyerId: order.userId,
      reservationSeq: order.reservationSeq,
      at: new Date(event.time),
    });
    if (ticket) outbox.flush(ticket);
  };
}
