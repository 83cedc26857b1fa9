import { countTickets, highestPrice, lowestPrice, priceSpread } from './price-spread.ts';
import { english } from '../../i18n/translate.ts';

const eur = { currency: 'eur', available: 2, lowest: 36, highest: 90 };
const usd = { currency: 'usd', available: 1, lowest: 40, highest: 40 };

describe('priceSpread', () => {
  it('shows the lowest and the highest price of each currency', () => {
    expect(priceSpread(english, { prices: [eur, usd] })).toBe('€36.00 to €90.00, US$40.00');
  });
});

describe('lowestPrice', () => {
  it('has the lowest price in the currency of most tickets', () => {
    expect(lowestPrice(english, { prices: [eur, usd] })).toBe('from €36.00');
    expect(lowestPrice(english, { prices: [usd] })).toBe('US$40.00');
    expect(lowestPrice(english, { prices: [] })).toBe('');
  });
});

describe('highestPrice', () => {
  it('has the highest price beside the lowest, and names the other currencies', () => {
    expect(highestPrice(english, { prices: [eur, usd] })).toBe('up to €90.00, also USD');
    expect(highestPrice(english, { prices: [usd] })).toBe('');
    expect(highestPrice(english, { prices: [] })).toBe('');
  });
});

it('countTickets has the plural', () => {
  expect([1, 2].map((count) => countTickets(english, count))).toEqual(['1 ticket', '2 tickets']);
});
