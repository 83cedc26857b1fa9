import { compareToFace, formatShortMoney } from './money.ts';
import { formatEventTime } from './time.ts';
import type { Ticket } from './types.ts';

export type CardStatus = { kind: 'free' | 'hold' | 'sold' | 'mine'; label: string };

/** The texts of a card. The server creates them, and the browser creates them again when the ticket changes. */
export type Card = {
  id: string;
  /** What the poster is made from: tickets of one event have the same. */
  posterId: string;
  version: number;
  title: string;
  category: string | undefined;
  startsAt: string | undefined;
  when: string;
  place: string;
  seat: string | undefined;
  status: CardStatus;
  priceLabel: string;
  price: string;
  comparison: string;
  face: string;
};

export function cardStatus(ticket: Ticket, viewerId: string | undefined): CardStatus {
  const isMine = viewerId !== undefined && ticket.userId === viewerId;
  switch (ticket.status) {
    case 'available':
      return isMine ? { kind: 'mine', label: 'Yours' } : { kind: 'free', label: 'Available' };
    case 'reserved':
      return { kind: 'hold', label: ticket.orderId && !isMine ? 'Reserved for you' : 'Reserved' };
    case 'sold':
      return { kind: 'sold', label: 'Sold' };
    case 'withdrawn':
      return { kind: 'sold', label: 'Withdrawn' };
  }
}

export function formatVenue({ venue, city }: Pick<Ticket, 'venue' | 'city'>): string {
  return [venue, city].filter(Boolean).join(', ') || 'Venue not given';
}

export function formatStart({ startsAt, timeZone }: Pick<Ticket, 'startsAt' | 'timeZone'>): string {
  return startsAt ? formatEventTime(startsAt, timeZone) : 'Date not given';
}

export function toCard(ticket: Ticket, viewerId: string | undefined): Card {
  const { price, currency, faceValue } = ticket;
  const status = cardStatus(ticket, viewerId);
  const comparison = compareToFace(price, faceValue, currency);
  const label =
    status.kind === 'sold' ? 'Sold for' : status.kind === 'mine' ? 'buyer pays, all-in' : 'all-in';
  return {
    id: ticket.id,
    posterId: ticket.eventId ?? ticket.id,
    version: ticket.version,
    title: ticket.title,
    category: ticket.category,
    startsAt: ticket.startsAt,
    when: formatStart(ticket),
    place: formatVenue(ticket),
    seat: ticket.seat,
    status,
    priceLabel: status.label === 'Withdrawn' ? 'was' : label,
    price: formatShortMoney(price, currency),
    comparison: comparison?.label ?? 'Face value',
    face: comparison && faceValue ? `face ${formatShortMoney(faceValue, currency)}` : 'not given',
  };
}
