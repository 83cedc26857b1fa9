import fc from 'fast-check';
import { currencies } from './currencies.ts';
import {
  decimals,
  fromStripeAmount,
  isCurrency,
  readChargeablePrice,
  readPrice,
  toMinorUnits,
  toPrice,
  toStripeAmount,
} from './money.ts';

/** A chargeable amount of every currency: its smallest, its largest and one between. */
const chargeable = fc.constantFrom(...currencies).chain(([currency, { minimum, maximum, step }]) =>
  fc
    .oneof(
      fc.constant(minimum),
      fc.constant(maximum),
      fc.integer({ min: minimum / step, max: maximum / step }).map((steps) => steps * step),
    )
    .map((amount) => ({ currency, amount })),
);

describe('the table of currencies', () => {
  it('has the currencies that Stripe charges and ISO lists', () => {
    expect(currencies.size).toBe(137);
    const included = ['usd', 'huf', 'isk', 'ugx', 'kwd', 'xcg', 'sle', 'mga'];
    const excluded = [
      'USD',
      'xdr',
      'xsu',
      'xxx',
      'zwl',
      'ssp',
      'kpw',
      'irr',
      'cup',
      'hrk',
      'bgn',
      'ang',
      'std',
    ];
    expect(included.filter((code) => !isCurrency(code))).toEqual([]);
    expect([...excluded, '__proto__', 'ſek', 7, null].filter(isCurrency)).toEqual([]);
  });

  it.each([
    ['usd', 2],
    ['huf', 2],
    ['cop', 2],
    ['idr', 2],
    ['pkr', 2],
    ['twd', 2],
    ['mga', 2],
    ['jpy', 0],
    ['isk', 0],
    ['ugx', 0],
    ['clp', 0],
    ['kwd', 3],
    ['tnd', 3],
  ])('gives %s the %d decimals of ISO 4217', (currency, digits) => {
    expect(decimals(currency)).toBe(digits);
  });

  it('has a smallest and a largest amount that can be charged, for every currency', () => {
    for (const [code, { minimum, maximum, step }] of currencies) {
      expect([code, minimum % step, maximum % step]).toEqual([code, 0, 0]);
      expect(minimum).toBeGreaterThan(0);
      expect(maximum).toBeGreaterThan(10 * minimum);
      expect(toStripeAmount(minimum, code)).toEqual(expect.any(Number));
    }
  });
});

describe('toMinorUnits and toPrice', () => {
  it.each([
    [19.99, 'usd', 1999],
    [0.01, 'usd', 1],
    [999999.99, 'usd', 99_999_999],
    [19900, 'huf', 1_990_000],
    [1200, 'jpy', 1200],
    [1.234, 'kwd', 1234],
    [5, 'eur', 500],
    [9_999_999_999.99, 'idr', 999_999_999_999],
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

  it('are inverse for every currency', () => {
    fc.assert(
      fc.property(
        chargeable,
        ({ amount, currency }) => toMinorUnits(toPrice(amount, currency), currency) === amount,
      ),
    );
  });

  it('toPrice reads a stored amount of a currency outside the table with two decimals', () => {
    expect([toPrice(1950, 'irr'), toPrice(5, 'zzz'), toPrice(0, '__proto__')]).toEqual([19.5, 0.05, 0]);
  });
});

describe('readChargeablePrice', () => {
  it('accepts every chargeable price of every currency', () => {
    fc.assert(
      fc.property(chargeable, ({ amount, currency }) => {
        expect(readChargeablePrice(toPrice(amount, currency), currency)).toEqual({ amount });
      }),
    );
  });

  it.each([
    [0.3, 'usd', 'must be at least 0.50 USD'],
    [100, 'huf', 'must be at least 175.00 HUF'],
    [10, 'jpy', 'must be at least 50 JPY'],
    [1e-7, 'usd', 'must be at least 0.50 USD'],
    [1_000_000, 'usd', 'must be at most 999999.99 USD'],
    [1e21, 'usd', 'must be at most 999999.99 USD'],
    [10.005, 'usd', 'has more decimals than USD allows (2)'],
    [1200.5, 'jpy', 'has more decimals than JPY allows (0)'],
    [12.345, 'kwd', 'must be a multiple of 0.010 KWD'],
    [9000.5, 'mga', 'must be a multiple of 1.00 MGA'],
    [20, 'irr', 'cannot be in IRR, which is not a supported currency'],
  ])('returns for %p %s that it %s', (price, currency, problem) => {
    expect(readChargeablePrice(price, currency)).toEqual({ problem });
  });

  it('accepts fractions of the forint and the Taiwan dollar, which Stripe rounds only in payouts', () => {
    expect(readChargeablePrice(199.5, 'huf')).toEqual({ amount: 19_950 });
    expect(readChargeablePrice(199.5, 'twd')).toEqual({ amount: 19_950 });
  });
});

describe('readPrice', () => {
  it('accepts a face value below the smallest charge', () => {
    expect(readPrice(0.01, 'usd')).toEqual({ amount: 1 });
    expect(readPrice(1.234, 'kwd')).toEqual({ amount: 1234 });
  });

  it.each([
    [10.005, 'usd', 'has more decimals than USD allows (2)'],
    [1_000_000, 'usd', 'must be at most 999999.99 USD'],
    [0, 'usd', 'must be at least 0.01 USD'],
  ])('returns for %p %s that it %s', (price, currency, problem) => {
    expect(readPrice(price, currency)).toEqual({ problem });
  });
});

describe('toStripeAmount and fromStripeAmount', () => {
  it.each([
    [1999, 'usd', 1999],
    [1_990_000, 'huf', 1_990_000],
    [4500, 'jpy', 4500],
    [5000, 'isk', 500_000],
    [5000, 'ugx', 500_000],
    [12_340, 'kwd', 12_340],
    [900_000, 'mga', 9000],
    [1950, 'irr', 1950],
  ])('convert %p minor units of %s to %p and back', (amount, currency, stripeAmount) => {
    expect(toStripeAmount(amount, currency)).toBe(stripeAmount);
    expect(fromStripeAmount(stripeAmount, currency)).toBe(amount);
  });

  it('are inverse for every currency', () => {
    fc.assert(
      fc.property(chargeable, ({ amount, currency }) => {
        const stripeAmount = toStripeAmount(amount, currency) ?? NaN;
        expect(Number.isSafeInteger(stripeAmount)).toBe(true);
        expect(fromStripeAmount(stripeAmount, currency)).toBe(amount);
      }),
    );
  });

  it('toStripeAmount returns undefined for an amount that Stripe cannot express', () => {
    expect([toStripeAmount(12_345, 'kwd'), toStripeAmount(900_050, 'mga')]).toEqual([undefined, undefined]);
  });

  it('fromStripeAmount returns a fraction, equal to no stored amount, for a part of a króna', () => {
    expect(fromStripeAmount(550, 'isk')).toBe(5.5);
  });
});
