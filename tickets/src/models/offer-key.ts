import { createHash } from 'node:crypto';
import type { TicketStatus } from '@ticketing/common';
import { normalize } from './text-keys.ts';

/** What identifies the seat that a ticket offers. */
export type Offer = {
  userId: string;
  status: TicketStatus;
  title: string;
  startsAt?: Date | undefined;
  venue?: string | undefined;
  seat?: string | undefined;
};

/**
 * Texts in the field `seat` that name no single seat: general admission, as sellers write it. A seller may offer several
 * such tickets for one event.
 */
const generalAdmission = new RegExp(
  [
    'general (admission|entry)|ga|standing( room| place| only)?|unreserved|unassigned|unnumbered|free seating|any seat|no seat',
    'stehplatz|stehplatze|freie (platzwahl|sitzplatzwahl)|placement libre|debout|entrada general|de pie|sin numerar',
    'posto unico|in piedi|staanplaats|vrije plaatsen',
  ]
    .map((words) => `(^| )(${words})($| )`)
    .join('|'),
  'u',
);

/** Raise it with every change of `offerKey`: the next start brings stored tickets up to date (`storeOfferKeys`). */
export const OFFER_FORM = 1;

/** What a ticket stores of its offer: the key, and `OFFER_FORM` when it was computed. */
export function offerKeys(offer: Offer): { offerKey: string | undefined; offerForm: number } {
  return { offerKey: offerKey(offer), offerForm: OFFER_FORM };
}

/**
 * The key that only one live ticket may have: the seller, the minute of the event, the venue and the seat, without
 * differences of case, accents, spaces and punctuation. Without a venue, the title names the event.
 * @returns undefined for a ticket that may exist several times: withdrawn, without a date, or without a seat of its own.
 */
export function offerKey({ userId, status, title, startsAt, venue, seat }: Offer): string | undefined {
  if (status === 'withdrawn' || !startsAt) return undefined;
  const place = normalize(seat ?? '');
  if (place === '' || generalAdmission.test(place)) return undefined;
  const minute = startsAt.toISOString().slice(0, 'yyyy-mm-ddThh:mm'.length);
  const event = venue ? ['venue', normalize(venue)] : ['title', normalize(title)];
  return createHash('sha256')
    .update(JSON.stringify([userId, minute, ...event, place]))
    .digest('base64url');
}
