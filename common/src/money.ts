import type { Currency } from './currencies.ts';
import { currencies } from './currencies.ts';

/** The largest chargeable amount of any currency, in minor units. */
export const LARGEST_AMOUNT = Math.max(...[...currencies.values()].map(({ maximum }) => maximum));

/** What is assumed of a currency outside the table: stored data in one must stay readable. */
const outsideTable: Pick<Currency, 'decimals' | 'stripeDecimals' | 'step' | 'maximum'> = {
  decimals: 2,
  stripeDecimals: 2,
  step: 1,
  maximum: LARGEST_AMOUNT,
};

/** Whether `code` is, in lower case, the ISO 4217 code of a currency that can be charged. */
export function isCurrency(code: unknown): code is string {
  return typeof code === 'string' && currencies.has(code);
}

/** How many decimals ISO 4217 gives a currency: 2 for usd, 0 for jpy, 3 for kwd; 2 for a code outside the table. */
export function decimals(currency: string): number {
  return (currencies.get(currency) ?? outsideTable).decimals;
}

/**
 * Converts a price in major units to integer minor units: 19.99 usd → 1999. Reads the digits instead of multiplying,
 * because a multiplication has rounding errors.
 * @returns undefined when the price has more decimals than the currency, is not positive, or is more than its largest
 * chargeable amount.
 */
export function toMinorUnits(price: number, currency: string): number | undefined {
  const { decimals: digits, maximum } = currencies.get(currency) ?? outsideTable;
  const match = /^(\d{1,12})(?:\.(\d+))?$/.exec(String(price));
  const fraction = match?.[2] ?? '';
  if (!match || fraction.length > digits) return undefined;
  const amount = Number(match[1] + fraction.padEnd(digits, '0'));
  return amount >= 1 && amount <= maximum ? amount : undefined;
}

/** Converts integer minor units to a price in major units: 1999 usd → 19.99. Accepts every currency code. */
export function toPrice(amount: number, currency: string): number {
  return Number(priceText(amount, currency));
}

/** Integer minor units as plain text: 175000 huf → "1750.00 HUF". The same on every build of Node. */
function plainPrice(amount: number, currency: string): string {
  return `${priceText(amount, currency)} ${currency.toUpperCase()}`;
}

function priceText(amount: number, currency: string): string {
  const digits = decimals(currency);
  if (digits === 0) return String(amount);
  const text = String(amount).padStart(digits + 1, '0');
  return `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** The amount of a price in minor units, or what is wrong with the price: a predicate, such as "must be at least …". */
export type ParsedPrice = { amount: number } | { problem: string };

/**
 * Reads a price in major units that is only shown, such as a face value: it has at most the currency's decimals and is
 * not more than its largest chargeable amount.
 */
export function readPrice(price: number, currency: string): ParsedPrice {
  const facts = currencies.get(currency);
  if (!facts) return { problem: `cannot be in ${currency.toUpperCase()}, which is not a supported currency` };
  const amount = toMinorUnits(price, currency);
  if (amount !== undefined) return { amount };
  const fraction = /\.(\d+)$/.exec(String(price))?.[1] ?? '';
  if (fraction.length > facts.decimals)
    return { problem: `has more decimals than ${currency.toUpperCase()} allows (${facts.decimals})` };
  const bound =
    price < 1 ? `at least ${plainPrice(1, currency)}` : `at most ${plainPrice(facts.maximum, currency)}`;
  return { problem: `must be ${bound}` };
}

/** Reads a price in major units that a buyer pays: like readPrice, and Stripe must be able to charge it. */
export function readChargeablePrice(price: number, currency: string): ParsedPrice {
  const parsed = readPrice(price, currency);
  const facts = currencies.get(currency);
  if (!facts) return parsed;
  const { minimum, step } = facts;
  if (price < toPrice(minimum, currency))
    return { problem: `must be at least ${plainPrice(minimum, currency)}` };
  if ('amount' in parsed && parsed.amount % step !== 0)
    return { problem: `must be a multiple of ${plainPrice(step, currency)}` };
  return parsed;
}

/**
 * Converts minor units to the integer that Stripe's API expects: 5000 isk → 500000, 500000 mga → 5000. Amounts in a
 * currency outside the table stay as they are: Stripe decides about them.
 * @returns undefined when Stripe's unit cannot express the amount.
 */
export function toStripeAmount(amount: number, currency: string): number | undefined {
  const { decimals: digits, stripeDecimals, step } = currencies.get(currency) ?? outsideTable;
  return amount % step === 0 ? shift(amount, stripeDecimals - digits) : undefined;
}

/**
 * Converts an amount of Stripe's API to minor units: 500000 isk → 5000. Total: an amount that Stripe could not have
 * accepted from this shop, such as 550 isk, becomes a fraction, which equals no stored amount.
 */
export function fromStripeAmount(amount: number, currency: string): number {
  const { decimals: digits, stripeDecimals } = currencies.get(currency) ?? outsideTable;
  return shift(amount, digits - stripeDecimals);
}

/** Multiplies or divides by a power of ten; exact for multiples, unlike a multiplication by 0.01. */
function shift(amount: number, places: number): number {
  return places < 0 ? amount / 10 ** -places : amount * 10 ** places;
}
