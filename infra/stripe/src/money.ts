import type { StripeError } from './errors.ts';
import { invalidRequest } from './errors.ts';

const DEFAULT_MINIMUM = 50;
const MAXIMUM = 99_999_999;

/** Stripe's smallest charges in minor units, for currencies where the minimum is not 50. */
const minimums: Record<string, number> = {
  gbp: 30,
  sek: 300,
  nok: 300,
  dkk: 250,
  czk: 1500,
  huf: 17500,
  mxn: 1000,
};

export function requireChargeableAmount(amount: number, currency: string): void {
  const minimum = minimums[currency] ?? DEFAULT_MINIMUM;
  if (amount < minimum) {
    throw invalidAmount('too_small', `at least ${formatMoney(minimum, currency)} ${currency}`);
  }
  if (amount > MAXIMUM) throw invalidAmount('too_large', `no more than ${formatMoney(MAXIMUM, currency)}`);
}

/** `amount` is in minor units. */
export function formatMoney(amount: number, currency: string): string {
  const format = new Intl.NumberFormat('en-US', { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amount / 10 ** digits);
}

function invalidAmount(problem: 'too_small' | 'too_large', bound: string): StripeError {
  return invalidRequest(`Amount must be ${bound}`, { code: `amount_${problem}`, param: 'amount' });
}
