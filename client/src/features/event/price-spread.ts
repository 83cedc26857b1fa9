import { formatShortMoney } from '../../lib/money.ts';
import type { Event } from '../../lib/types.ts';
import type { Translate } from '../../i18n/translate.ts';

export function countTickets(count: number): string {
  return `${count} ${count === 1 ? 'ticket' : 'tickets'}`;
}

/** What an event costs, by currency: "€36.00 to €90.00" or, for one price, "€36.00". */
export function priceSpread(t: Translate, { prices }: Pick<Event, 'prices'>): string {
  return prices
    .map(({ currency, lowest, highest }) =>
      lowest === highest
        ? formatShortMoney(t, lowest, currency)
        : `${formatShortMoney(t, lowest, currency)} to ${formatShortMoney(t, highest, currency)}`,
    )
    .join(', ');
}

/** The lowest price in the currency of most tickets: "from €36.00". */
export function lowestPrice(t: Translate, { prices }: Pick<Event, 'prices'>): string {
  const [first] = prices;
  if (!first) return '';
  return `${first.lowest === first.highest ? '' : 'from '}${formatShortMoney(t, first.lowest, first.currency)}`;
}

/** What else an event costs: "up to €90.00", and the other currencies, such as "also USD". */
export function highestPrice(t: Translate, { prices }: Pick<Event, 'prices'>): string {
  const [first, ...others] = prices;
  if (!first) return '';
  const also = others.map(({ currency }) => currency.toUpperCase()).join(', ');
  return [
    first.lowest < first.highest && `up to ${formatShortMoney(t, first.highest, first.currency)}`,
    also && `also ${also}`,
  ]
    .filter(Boolean)
    .join(', ');
}
