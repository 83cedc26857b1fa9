/** As many as the largest amount of money has. */
const DIGITS = 12;

/**
 * A price as a text that sorts within its currency, such as `eur000000008950`: amounts of different currencies never
 * compare as bare numbers.
 */
export function priceKeyOf(amount: number, currency: string): string {
  return currency + String(amount).padStart(DIGITS, '0');
}

/** The amount in minor units and the currency of a `priceKeyOf`. */
export function readPriceKey(key: string): { amount: number; currency: string } {
  return { currency: key.slice(0, -DIGITS), amount: Number(key.slice(-DIGITS)) };
}
