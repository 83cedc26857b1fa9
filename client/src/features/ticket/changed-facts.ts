import { formatVenue } from '../../lib/card.ts';
import { formatMoney } from '../../lib/money.ts';
import { formatLongEventTime, formatTimeZone } from '../../lib/time.ts';
import type { Ticket } from '../../lib/types.ts';

/** What a buyer agrees to: the fields whose change orders refuses with `listing_changed` or `price_changed`. */
type Facts = Pick<
  Ticket,
  'title' | 'price' | 'currency' | 'startsAt' | 'timeZone' | 'venue' | 'city' | 'seat'
>;

export type ChangedFact = { label: string; from: string; to: string };

const texts: Record<string, (ticket: Facts) => string> = {
  Title: ({ title }) => title,
  Price: ({ price, currency }) => formatMoney(price, currency),
  When: ({ startsAt, timeZone }) =>
    startsAt ? `${formatLongEventTime(startsAt, timeZone)} (${formatTimeZone(timeZone)})` : 'Date not given',
  Where: formatVenue,
  Seat: ({ seat }) => seat ?? 'Not given',
};

/** The facts that differ between the listing that the buyer knows and the current one, as the page shows them. */
export function changedFacts(known: Facts, current: Facts): ChangedFact[] {
  return Object.entries(texts)
    .map(([label, text]) => ({ label, from: text(known), to: text(current) }))
    .filter(({ from, to }) => from !== to);
}

/** A text that is equal for listings with equal facts. */
export function factsKey(ticket: Facts): string {
  const { title, price, currency, startsAt, timeZone, venue, city, seat } = ticket;
  return JSON.stringify([title, price, currency, startsAt, timeZone, venue, city, seat]);
}
