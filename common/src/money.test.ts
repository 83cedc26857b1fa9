import fc from 'fast-check';
import { decimals, isCurrency, toMinorUnits, toPrice } from './money.ts';

describe('toMinorUnits and toPrice', () => {
  it.each([
    [19.99, 'usd', 1999],
    [0.01, 'usd', 1],
    [999999.99, 'usd', 99_999_999],
    [1200, 'jpy', 1200],
    [1.234, 'kwd', 1234],
    [5, 'eur', 500],
  ])('convert %p %s to %p minor units and back', (price, currency, amount) => {
    expect(toMinorUnits(price, currency)).toBe(amount);
    expect(toPrice(amount, currency)).toBe(price);
  });

  it.each([
    [10.005, 'usd'],
    [0, 'usd'],
    [-1, 'usd'],
    [1_000_000, 'usd'],
    [12.5, 'jpy'],
    [1e21, 'usd'],
    [1e-7, 'usd'],
    [NaN, 'usd'],
    [Infinity, 'usd'],
  ])('toMinorUnits returns undefined for %p %s', (price, currency) => {
    expect(toMinorUnits(price, currency)).toBeUndefined();
  });

  it('are inverse for every amount and every number of decimals', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 99_999_999 }),
        fc.constantFrom('usd', 'jpy', 'kwd'),
        (amount, currency) => toMinorUnits(toPrice(amount, currency), currency) === amount,
      ),
    );
  });

  it('isCurrency accepts lower-case codes only, and decimals knows currencies with 0, 2 and 3', () => {
    expect([isCurrency('usd'), isCurrency('USD'), isCurrency('xxz'), isCurrency(7)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect([decimals('usd'), decimals('jpy'), decimals('kwd')]).toEqual([2, 0, 3]);
  });
});
