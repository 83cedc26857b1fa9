import { decimalsOf } from '../../lib/money.ts';
import type { Translate } from '../../i18n/translate.ts';

/** A currency before or after the amount: a sign, or a short name such as kr, CHF or Fr. */
const CURRENCY = String.raw`(?:\p{Sc}|[\p{L}]{1,3}\.?\p{Sc}?)`;
const AROUND = new RegExp(`^${CURRENCY}\\s*|\\s*${CURRENCY}$`, 'gu');

/** Spaces and apostrophes only ever group digits. */
const GROUPING = /(\d)[\s'’](?=\d{3}(?!\d))/g;

/**
 * Parses a price as people write it: 19,99, €20, 1.000,50, 1,000 and 20. are all understood, and the page shows what was.
 * The last point or comma separates the decimals, unless it can only group digits: a comma before exactly three digits,
 * or a second separator of the same kind. 12.345 is refused, because no one can know which of the two it is.
 * @returns the amount in major units, or a message when it is invalid
 */
export function parsePrice(t: Translate, text: string, currency: string): number | string {
  const decimals = decimalsOf(currency);
  const example = decimals === 0 ? '4500' : '42.50';
  const typed = text.trim().replace(AROUND, '').replace(GROUPING, '$1');
  if (text.trim() === '') return t('Enter a price');
  const [, whole = '', separator = '', fraction = ''] = /^([\d.,]*?)(?:([.,])(\d*))?$/.exec(typed) ?? [];
  const isGroup =
    fraction.length === 3 && (whole.includes(separator) || (separator === ',' && decimals !== 3));
  const digits = isGroup ? whole + separator + fraction : whole;
  const isGrouped = /^\d{1,3}([.,])\d{3}(\1\d{3})*$/.exec(digits);
  const isNumber = /^\d+$/.test(digits) || (isGrouped && (isGroup || isGrouped[1] !== separator));
  if (!isNumber) return t('Enter an amount, for example {example}', { example });
  if (!isGroup && fraction.length > decimals)
    return decimals === 0
      ? t('This currency has no decimals, for example {example}', { example })
      : t('Use at most {decimals, plural, =2 {two} other {#}} decimals, for example {example}', {
          decimals,
          example,
        });
  return Number(`${digits.replace(/[.,]/g, '')}.${isGroup ? '' : fraction}`);
}
