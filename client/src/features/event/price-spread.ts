import { formatShortMoney } from '../../lib/money.ts';
import type { Event } from '../../lib/types.ts';
import type { Translate } from '../../i18n/translate.ts';

export function countTickets(t: Translate, count: number): string {
  return t('{count, plural, one {# ticket} other {# tickets}}', { count });
}

/** What an event costs, by currency: "€36.00 to €90.00" or, for one price, "€36.00". */
export function priceSpread(t: Translate, { prices }: Pick<Event, 'prices'>): string {
  return prices
    .map(({ currency, ...price }) => {
      const lowest = formatShortMoney(t, price.lowest, currency);
      const highest = formatShortMoney(t, price.highest, currency);
      return lowest === highest ? lowest : t('{lowest} to {highest}', { lowest, highest });
    })
    .join(', ');
}

/** The lowest price in the currency of most tickets: "from €36.00". */
export function lowestPrice(t: Translate, { prices }: Pick<Event, 'prices'>): string {
  const [first] = prices;
  if (!first) return '';
  const price = formatShortMoney(t, first.lowest, first.currency);
  return first.lowest === first.highest ? price : t('from {price}', { price });
}

/** What else an event costs: "up to €90.00", and the other currencies, such as "also USD". */
export function highestPrice(t: Translate, { prices }: Pick<Event, 'prices'>): string {
  const [first, ...others] = prices;
  if (!first) return '';
  const currencies = others.map(({ currency }) => currency.toUpperCase()).join(', ');
  return [
    first.lowest < first.highest &&
      t('up to {price}', { price: formatShortMoney(t, first.highest, first.currency) }),
    currencies && t('also {currencies}', { currencies }),
  ]
    .filter(Boolean)
    .join(', ');
}
