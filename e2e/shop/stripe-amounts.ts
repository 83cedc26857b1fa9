// The emulator's own table: with the shop's, a wrong conversion in the shop would agree with itself.
import { decimals } from '../../infra/stripe/src/money.ts';

/** The currencies whose decimals by ISO 4217 are not those of Stripe's API (https://docs.stripe.com/currencies#special-cases). */
const isoDecimals: Record<string, number> = { isk: 0, ugx: 0, mga: 2 };

/** Whether an amount in the unit of Stripe's API is the same money as one in minor units. Exact: it divides nothing. */
export function isSameMoney(stripeAmount: number, amount: number, currency: string): boolean {
  const places = decimals(currency);
  return stripeAmount * 10 ** (isoDecimals[currency] ?? places) === amount * 10 ** places;
}
