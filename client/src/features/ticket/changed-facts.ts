import { messages, type Translate } from '../../i18n/translate.ts';
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

const texts: [label: string, text: (t: Translate, ticket: Facts) => string][] = [
  [messages('Title'), (_, { title }) => title],
  [messages('Price'), (t, { price, currency }) => formatMoney(t, price, currency)],
  [
    messages('When'),
    (t, { startsAt, timeZone }) =>
      startsAt
        ? `${formatLongEventTime(t, startsAt, timeZone)} (${formatTimeZone(t, timeZone)})`
        : t('Date not given'),
  ],
  [messages('Where'), formatVenue],
  [messages('Seat'), (t, { seat }) => seat ?? t('Not given')],
];

/** The facts that differ between the listing that the buyer knows and the current one, as the page shows them. */
export function changedFacts(t: Translate, known: Facts, current: Facts): ChangedFact[] {
  return texts
    .map(([label, text]) => ({ label: t(label), from: text(t, known), to: text(t, current) }))
    .filter(({ from, to }) => from !== to);
}

/** A text that is equal for listings with equal facts. */
export function factsKey(ticket: Facts): string {
  const { title, price, currency, startsAt, timeZone, venue, city, seat } = ticket;
  return JSON.stringify([title, price, currency, startsAt, timeZone, venue, city, seat]);
}
