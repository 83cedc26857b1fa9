import { decimalsOf, toMinorUnits, formatMoney } from '../../lib/money.ts';
import type { Payment, Ticket } from '../../lib/types.ts';
import type { Translate } from '../../i18n/translate.ts';

export type Month = { month: number; tickets: number; amount: number };

const soldIn = (year: number) => (ticket: Ticket) =>
  ticket.status === 'sold' && ticket.soldAt != null && new Date(ticket.soldAt).getUTCFullYear() === year;

/** The sum in major units, added up in minor units so that no cent is lost. */
function sum(tickets: Ticket[], currency: string): number {
  return (
    tickets.reduce((total, { price }) => total + toMinorUnits(price, currency), 0) /
    10 ** decimalsOf(currency)
  );
}

/** The currencies of this year's sales, the most used first. */
export function currenciesOf(tickets: Ticket[], year: number): string[] {
  const counts = new Map<string, number>();
  for (const { currency } of tickets.filter(soldIn(year)))
    counts.set(currency, (counts.get(currency) ?? 0) + 1);
  return [...counts].sort(([a, m], [b, n]) => n - m || a.localeCompare(b)).map(([currency]) => currency);
}

export function salesByMonth(tickets: Ticket[], currency: string, now: Date): Month[] {
  const year = now.getUTCFullYear();
  const sold = tickets.filter(soldIn(year)).filter((ticket) => ticket.currency === currency);
  return Array.from({ length: now.getUTCMonth() + 1 }, (_, month) => {
    const here = sold.filter(({ soldAt }) => soldAt != null && new Date(soldAt).getUTCMonth() === month);
    return { month, tickets: here.length, amount: sum(here, currency) };
  });
}

export type Figures = {
  soldCount: number;
  listedCount: number;
  totals: string[];
  available: number;
  reserved: number;
  medianDifference: string | undefined;
};

export function figuresOf(t: Translate, tickets: Ticket[], year: number): Figures {
  const sold = tickets.filter(soldIn(year));
  const ratios = sold
    .filter((ticket) => ticket.faceValue)
    .map(({ price, faceValue }) => Math.round((price / (faceValue ?? 1) - 1) * 100))
    .sort((a, b) => a - b);
  const median = ratios[Math.floor((ratios.length - 1) / 2)];
  return {
    soldCount: sold.length,
    listedCount: tickets.length,
    totals: currenciesOf(tickets, year).map((currency) =>
      formatMoney(
        t,
        sum(
          sold.filter((ticket) => ticket.currency === currency),
          currency,
        ),
        currency,
      ),
    ),
    available: tickets.filter(({ status }) => status === 'available').length,
    reserved: tickets.filter(({ status }) => status === 'reserved').length,
    medianDifference:
      median === undefined
        ? undefined
        : median === 0
          ? t('At face value')
          : median < 0
            ? t('{percent}% below', { percent: -median })
            : t('{percent}% above', { percent: median }),
  };
}

const NICE = [1, 2, 2.5, 4, 5, 10];
export const STEPS = 4;

/** The step of an axis of four steps that reaches at least `max`. */
export function niceStep(max: number): number {
  const raw = Math.max(max, 1) / STEPS;
  const magnitude = 10 ** Math.floor(Math.log10(raw));
  return (NICE.find((nice) => nice * magnitude >= raw) ?? 10) * magnitude;
}

/** The sold tickets, the latest first, and then those that were refunded, each with the order and the price of its sale. */
export function salesOf(tickets: Ticket[], returns: Payment[]): Ticket[] {
  const sold = tickets
    .filter(({ status }) => status === 'sold')
    .sort((a, b) => (b.soldAt ?? '').localeCompare(a.soldAt ?? ''));
  const soldOrders = new Set(sold.map(({ orderId }) => orderId));
  const refunded = returns
    .filter(({ orderId }) => !soldOrders.has(orderId))
    .flatMap(({ orderId, ticketId, price, currency }) =>
      tickets.filter(({ id }) => id === ticketId).map((ticket) => ({ ...ticket, orderId, price, currency })),
    );
  return [...sold, ...refunded];
}
