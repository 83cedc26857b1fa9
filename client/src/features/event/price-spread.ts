import { formatShortMoney } from '../../lib/money.ts';
import type { Event } from '../../lib/types.ts';

export function countTickets(count: number): string {
  return `${count} ${count === 1 ? 'ticket' : 'tickets'}`;
}

/** What an event costs, by currency: "€36.00 to €90.00" or, for one price, "€36.00". */
export function priceSpread({ prices }: Pick<Event, 'prices'>): string {
  return prices
    .map(({ currency, lowest, highest }) =>
      lowest === highest
        ? formatShortMoney(lowest, currency)
        : `${formatShortMoney(lowest, currency)} to ${formatShortMoney(highest, currency)}`,
    )
    .join(', ');
}

/** The lowest price in the currency of most tickets: "from €36.00". */
export function lowestPrice({ prices }: Pick<Event, 'prices'>): string {
  const [first] = prices;
  if (!first) return '';
  return `${first.lowest === first.highest ? '' : 'from '}${formatShortMoney(first.lowest, first.currency)}`;
}
