import type { EventHandler, Logger, Outbox } from '@ticketing/common';
import { followOrder } from '../models/change-ticket.ts';
import { findTicket } from '../models/ticket.ts';
import { reservationRefusedEvent, ticketEvent } from '../models/ticket-event.ts';
import { orderFact } from '../order-fact.ts';
import { previousDecision } from '../reservation.ts';

/**
 * Reserves the ticket for the order, or refuses the order. When the event arrives again, the decision is republished,
 * because the first publication may be lost.
 */
export function whenOrderCreated(outbox: Outbox, log: Logger): EventHandler<'order:created'> {
  return async (order, event) => {
    const ticket = await followOrder(order.ticket.id, orderFact(order, event, 'created'));
    if (ticket) {
      outbox.flush(ticket);
      if (ticket.status === 'sold')
        log.error({ ticketId: ticket._id, orderId: order.id }, 'reservation refused, the ticket is sold');
      return;
    }
    const current = await findTicket(order.ticket.id);
    if (!current) return;
    const decision = previousDecision(current, order.id);
    if (decision === 'reserved') outbox.republish(current, ticketEvent(current));
    if (decision === 'refused') outbox.republish(current, reservationRefusedEvent(current, order.id));
  };
}
