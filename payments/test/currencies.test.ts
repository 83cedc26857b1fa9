// For 40,000 comparisons: those of Jest cost a hundred times as much.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { currencies, readChargeablePrice, toPrice, toStripeAmount } from '@ticketing/common';
// The emulator has its own table, in Stripe's terms, so that a wrong conversion cannot agree with itself.
import { decimals, requireChargeableAmount } from '../../infra/stripe/src/money.ts';

/** A price as a person writes it → the integer of Stripe's API, by the digits. */
function inStripeUnit(price: number, currency: string): number {
  const places = decimals(currency);
  const [whole = '', fraction = ''] = String(price).split('.');
  assert.ok(fraction.length <= places, `${price} has more than ${places} decimal places`);
  return Number(whole + fraction.padEnd(places, '0'));
}

describe.each([...currencies])('a price in %s', (currency, { minimum, maximum, step }) => {
  it('is charged at Stripe exactly, from the smallest to the largest', () => {
    const anAmount = fc.integer({ min: minimum / step, max: maximum / step }).map((steps) => steps * step);
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(minimum, maximum), anAmount), (amount) => {
        const price = toPrice(amount, currency);
        assert.deepEqual(readChargeablePrice(price, currency), { amount });
        const charged = toStripeAmount(amount, currency) ?? NaN;
        assert.equal(charged, inStripeUnit(price, currency));
        requireChargeableAmount(charged, currency);
      }),
    );
  });
});
