import { aTicket } from '../../../test/fixtures.ts';
import { currenciesOf, figuresOf, niceStep, salesByMonth } from './sales.ts';
import { english } from '../../i18n/translate.ts';

const sold = (price: number, month: string, currency = 'eur') =>
  aTicket({ status: 'sold', price, currency, soldAt: `2026-${month}-15T12:00:00.000Z` });
const now = new Date('2026-11-23T10:00:00.000Z');

describe('sales', () => {
  const tickets = [
    sold(0.1, '02'),
    sold(0.2, '02'),
    sold(96, '08'),
    sold(58.5, '08', 'gbp'),
    aTicket({ status: 'sold', price: 500, soldAt: '2025-12-31T23:59:59.000Z' }),
    aTicket({ status: 'reserved' }),
    aTicket(),
  ];

  it('adds up by month and currency without rounding errors', () => {
    const months = salesByMonth(tickets, 'eur', now);
    expect(months).toHaveLength(11);
    expect(months[1]).toEqual({ month: 1, tickets: 2, amount: 0.3 });
    expect(months[7]).toEqual({ month: 7, tickets: 1, amount: 96 });
  });

  it('counts this year only and lists the most used currency first', () => {
    expect(currenciesOf(tickets, 2026)).toEqual(['eur', 'gbp']);
    expect(figuresOf(english, tickets, 2026)).toMatchObject({
      soldCount: 4,
      listedCount: 7,
      totals: ['€96.30', '£58.50'],
      available: 1,
      reserved: 1,
    });
  });

  it('chooses an axis step that fits the highest bar', () => {
    expect(niceStep(158)).toBe(40);
    expect(niceStep(0)).toBeGreaterThan(0);
    for (const max of [1, 7, 99, 101, 4999, 1_234_567]) expect(niceStep(max) * 4).toBeGreaterThanOrEqual(max);
  });
});
