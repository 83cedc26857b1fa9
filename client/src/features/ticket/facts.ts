import type { Ticket } from '../../lib/types.ts';

/** What a buyer agrees to: the fields whose change orders refuses with `listing_changed` or `price_changed`. */
export type Facts = Pick<
  Ticket,
  'title' | 'price' | 'currency' | 'startsAt' | 'timeZone' | 'venue' | 'city' | 'seat'
>;

/** A text that is equal for listings with equal facts. */
export function factsKey(ticket: Facts): string {
  const { title, price, currency, startsAt, timeZone, venue, city, seat } = ticket;
  return JSON.stringify([title, price, currency, startsAt, timeZone, venue, city, seat]);
}
