import type { EventHandler, Logger, Outbox } from '@ticketing/common';
import { ticketEvent, reservationRefusedEvent } from '../models/ticket-event.ts';
import { followOrder } from '../models/change-ticket.ts';
import { findTicket } from '../models/ticket.ts';
import { previousAnswer } from '../reservation.ts';

/** Reserves the ticket for the order, or refuses it. Asked again, it answers again: the answer may be lost. */
export function whenOrderCreated(outbox: Outbox, log: Logger): EventHandler<'order:created'> {
  return async (order, event) => {
    const ticket = await followOrder(order.ticket.id, {
      happened: 'created',
      orderId: order.id,
      buyerId: order.userId,
      reservationSeq: order.reservationSeq,
      at: new Date(event.time),
    });
    if (ticket) {
      outbox.flush(ticket);
      if (ticket.status === 'sold')
        log.error(
          { ticketId: ticket._id, orderId: order.id },
          'an order was made for a sold ticket, refused',
        );
      return;
    }
    const current = await findTicket(order.ticket.id);
    if (!current) return;
    const answer = previousAnswer(current, order.id);
    if (answer === 'reserved') outbox.republish(current, ticketEvent(current));
    if (answer === 'refused') outbox.republish(current, reservationRefusedEvent(current, order.id));
  };
}
