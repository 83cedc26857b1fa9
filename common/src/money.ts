const MAX_MINOR_UNITS = 99_999_999;
const known = new Set(Intl.supportedValuesOf('currency').map((code) => code.toLowerCase()));
const decimalsOf = new Map<string, number>();

/** Whether `code` is an ISO 4217 currency code in lower case. */
export function isCurrency(code: unknown): code is string {
  return typeof code === 'string' && known.has(code);
}

/** How many decimals a currency has, from ICU's copy of ISO 4217: 2 for usd, 0 for jpy, 3 for kwd. */
export function decimals(currency: string): number {
  let digits = decimalsOf.get(currency);
  if (digits === undefined) {
    digits =
      new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ??
      2;
    decimalsOf.set(currency, digits);
  }
  return digits;
}

/**
 * Converts a price in major units to integer minor units: 19.99 usd → 1999. Reads the digits instead of multiplying,
 * because a multiplication has rounding errors.
 * @returns undefined when the price has more decimals than the currency, or is not 1 to 99,999,999 minor units.
 */
export function toMinorUnits(price: number, currency: string): number | undefined {
  const digits = decimals(currency);
  const match = /^(\d{1,9})(?:\.(\d+))?$/.exec(String(price));
  const fraction = match?.[2] ?? '';
  if (!match || fraction.length > digits) return undefined;
  const amount = Number(match[1] + fraction.padEnd(digits, '0'));
  return amount >= 1 && amount <= MAX_MINOR_UNITS ? amount : undefined;
}

/** Converts integer minor units to a price in major units: 1999 usd → 19.99. */
export function toPrice(amount: number, currency: string): number {
  const digits = decimals(currency);
  if (digits === 0) return amount;
  const text = String(amount).padStart(digits + 1, '0');
  return Number(`${text.slice(0, -digits)}.${text.slice(-digits)}`);
}
