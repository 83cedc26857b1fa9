import { messages, type Translate } from '../../i18n/translate.ts';
import { formatVenue } from '../../lib/card.ts';
import { formatMoney } from '../../lib/money.ts';
import { formatLongEventTime, formatTimeZone } from '../../lib/time.ts';
import type { Facts } from './facts.ts';

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
