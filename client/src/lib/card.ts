import { compareToFace, formatShortMoney } from './money.ts';
import { formatEventTime } from './time.ts';
import type { Ticket } from './types.ts';
import type { Translate } from '../i18n/translate.ts';

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

export function cardStatus(t: Translate, ticket: Ticket, viewerId: string | undefined): CardStatus {
  const isMine = viewerId !== undefined && ticket.userId === viewerId;
  switch (ticket.status) {
    case 'available':
      return isMine ? { kind: 'mine', label: t('Yours') } : { kind: 'free', label: t('Available') };
    case 'reserved':
      return { kind: 'hold', label: ticket.orderId && !isMine ? t('Reserved for you') : t('Reserved') };
    case 'sold':
      return { kind: 'sold', label: t('Sold') };
    case 'withdrawn':
      return { kind: 'sold', label: t('Withdrawn') };
  }
}

export function formatVenue(t: Translate, { venue, city }: Pick<Ticket, 'venue' | 'city'>): string {
  return [venue, city].filter(Boolean).join(', ') || t('Venue not given');
}

export function formatStart(
  t: Translate,
  { startsAt, timeZone }: Pick<Ticket, 'startsAt' | 'timeZone'>,
): string {
  return startsAt ? formatEventTime(t, startsAt, timeZone) : t('Date not given');
}

export function toCard(t: Translate, ticket: Ticket, viewerId: string | undefined): Card {
  const { price, currency, faceValue } = ticket;
  const status = cardStatus(t, ticket, viewerId);
  const comparison = compareToFace(t, price, faceValue, currency);
  const label =
    ticket.status === 'withdrawn'
      ? t('was')
      : status.kind === 'sold'
        ? t('Sold for')
        : status.kind === 'mine'
          ? t('buyer pays, all-in')
          : t('all-in');
  return {
    id: ticket.id,
    posterId: ticket.eventId ?? ticket.id,
    version: ticket.version,
    title: ticket.title,
    category: ticket.category,
    startsAt: ticket.startsAt,
    when: formatStart(t, ticket),
    place: formatVenue(t, ticket),
    seat: ticket.seat,
    status,
    priceLabel: label,
    price: formatShortMoney(t, price, currency),
    comparison: comparison?.label ?? t('Face value'),
    face:
      comparison && faceValue
        ? t('face {amount}', { amount: formatShortMoney(t, faceValue, currency) })
        : t('not given'),
  };
}
