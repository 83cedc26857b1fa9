import type { User } from '@ticketing/common';
import { idTimestampMs, toPrice } from '@ticketing/common';
import type { Ticket } from './ticket.ts';

/** A ticket as the HTTP API shows it to a viewer: `orderId`, `takenDown` and `secret` depend on who the viewer is. */
export function publicTicket(ticket: Ticket, viewer: User | undefined) {
  const isSeller = viewer?.id === ticket.userId;
  const isBuyer = viewer !== undefined && viewer.id === ticket.buyerId;
  return {
    id: ticket._id,
    version: ticket.version,
    title: ticket.title,
    price: toPrice(ticket.amount, ticket.currency),
    currency: ticket.currency,
    userId: ticket.userId,
    status: ticket.status,
    orderId: isSeller || isBuyer ? ticket.orderId : undefined,
    soldAt: ticket.soldAt,
    createdAt: ticket.createdAt,
    updatedAt: ticket.updatedAt,
    eventId: ticket.eventId,
    startsAt: ticket.startsAt,
    timeZone: ticket.timeZone,
    venue: ticket.venue,
    city: ticket.city,
    category: ticket.category,
    seat: ticket.seat,
    faceValue: ticket.faceAmount && toPrice(ticket.faceAmount, ticket.currency),
    notes: ticket.notes,
    hasSecret: Boolean(ticket.secret),
    takenDown: isSeller ? ticket.takenDown : undefined,
    secret: isSeller || (isBuyer && ticket.status === 'sold') ? ticket.secret : undefined,
  };
}

/** What the page of one ticket shows: the ticket, and how many tickets its seller has sold. */
export type ShownTicket = { ticket: Ticket; sold: number };

/** As `publicTicket`, with what helps to trust the seller. The account's id has the time of its sign-up. */
export function shownTicket({ ticket, sold }: ShownTicket, viewer: User | undefined) {
  const seller = { since: new Date(idTimestampMs(ticket.userId)), sold };
  return { ...publicTicket(ticket, viewer), seller };
}
