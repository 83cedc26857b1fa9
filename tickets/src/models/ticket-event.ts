import type { DomainEvent, EventData } from '@ticketing/common';
import { omitUndefined } from './omit-undefined.ts';
import type { Ticket } from './ticket.ts';

/** The public state of a ticket for other services: never `notes`, `secret` or the buyer. */
function ticketData(ticket: Ticket): EventData<'ticket:updated'> {
  return omitUndefined({
    id: ticket._id,
    version: ticket.version,
    status: ticket.status,
    title: ticket.title,
    amount: ticket.amount,
    currency: ticket.currency,
    userId: ticket.userId,
    orderId: ticket.orderId ?? null,
    reservationSeq: ticket.reservationSeq,
    eventId: ticket.eventId,
    startsAt: ticket.startsAt?.toISOString(),
    timeZone: ticket.timeZone,
    venue: ticket.venue,
    city: ticket.city,
    category: ticket.category,
    seat: ticket.seat,
    faceAmount: ticket.faceAmount,
    soldAt: ticket.soldAt?.toISOString(),
    createdAt: ticket.createdAt.toISOString(),
    updatedAt: ticket.updatedAt.toISOString(),
  });
}

/** The event of a ticket's current state. */
export function ticketEvent(ticket: Ticket): DomainEvent {
  return { name: ticket.version === 0 ? 'ticket:created' : 'ticket:updated', data: ticketData(ticket) };
}

/** The event that refuses an order the ticket. */
export function reservationRefusedEvent(ticket: Ticket, refusedOrderId: string): DomainEvent {
  return { name: 'ticket:reservation-refused', data: { ...ticketData(ticket), refusedOrderId } };
}
