import fc from 'fast-check';
import { currencies, readChargeablePrice, toPrice, toStripeAmount } from '@ticketing/common';
// The emulator has its own table, in Stripe's terms, so that a wrong conversion cannot agree with itself.
import { decimals, requireChargeableAmount } from '../../infra/stripe/src/money.ts';

/** A price as a person writes it → the integer of Stripe's API, by the digits. */
function inStripeUnit(price: number, currency: string): number {
  const places = decimals(currency);
  const [whole = '', fraction = ''] = String(price).split('.');
  expect(fraction.length).toBeLessThanOrEqual(places);
  return Number(whole + fraction.padEnd(places, '0'));
}

describe.each([...currencies])('a price in %s', (currency, { minimum, maximum, step }) => {
  it('is charged at Stripe exactly, from the smallest to the largest', () => {
    const anAmount = fc.integer({ min: minimum / step, max: maximum / step }).map((steps) => steps * step);
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(minimum, maximum), anAmount), (amount) => {
        const price = toPrice(amount, currency);
        expect(readChargeablePrice(price, currency)).toEqual({ amount });
        const charged = toStripeAmount(amount, currency) ?? NaN;
        expect(charged).toBe(inStripeUnit(price, currency));
        requireChargeableAmount(charged, currency);
      }),
    );
  });
});
