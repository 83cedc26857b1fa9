import { compareToFace, shortMoney } from './money.ts';
import { eventTime } from './time.ts';
import type { Ticket } from './types.ts';

export type CardStatus = { kind: 'free' | 'hold' | 'sold' | 'mine'; word: string };

/** Everything a card shows, as text: made on the server, and again in the browser when something changed. */
export type Card = {
  id: string;
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

export function statusOf(ticket: Ticket, viewerId: string | undefined): CardStatus {
  const isMine = viewerId !== undefined && ticket.userId === viewerId;
  switch (ticket.status) {
    case 'available':
      return isMine ? { kind: 'mine', word: 'Yours' } : { kind: 'free', word: 'Available' };
    case 'reserved':
      return { kind: 'hold', word: ticket.orderId && !isMine ? 'Held for you' : 'On hold' };
    case 'sold':
      return { kind: 'sold', word: 'Sold' };
    case 'withdrawn':
      return { kind: 'sold', word: 'Withdrawn' };
  }
}

export function placeOf({ venue, city }: Pick<Ticket, 'venue' | 'city'>): string {
  return [venue, city].filter(Boolean).join(', ') || 'Place not given';
}

export function whenOf({ startsAt, timeZone }: Pick<Ticket, 'startsAt' | 'timeZone'>): string {
  return startsAt ? eventTime(startsAt, timeZone) : 'Date not given';
}

export function toCard(ticket: Ticket, viewerId: string | undefined): Card {
  const { price, currency, faceValue } = ticket;
  const status = statusOf(ticket, viewerId);
  const comparison = compareToFace(price, faceValue, currency);
  const label =
    status.kind === 'sold' ? 'Sold for' : status.kind === 'mine' ? 'buyer pays, all-in' : 'all-in';
  return {
    id: ticket.id,
    version: ticket.version,
    title: ticket.title,
    category: ticket.category,
    startsAt: ticket.startsAt,
    when: whenOf(ticket),
    place: placeOf(ticket),
    seat: ticket.seat,
    status,
    priceLabel: status.word === 'Withdrawn' ? 'was' : label,
    price: shortMoney(price, currency),
    comparison: comparison?.words ?? 'Face value',
    face: comparison && faceValue ? `face ${shortMoney(faceValue, currency)}` : 'not given',
  };
}
