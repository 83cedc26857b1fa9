import type { FieldError } from '@ticketing/common';
import { readChargeablePrice, readPrice, ValidationError } from '@ticketing/common';

/** A buyer pays the price; the face value is only shown, so it may be below the smallest charge. */
const readers = { price: readChargeablePrice, faceValue: readPrice };
export type PriceField = keyof typeof readers;

/** What is wrong with a price in major units; undefined when nothing is. */
export function priceError(field: PriceField, price: number, currency: string): FieldError | undefined {
  const parsed = readers[field](price, currency);
  return 'problem' in parsed ? { field, message: `${field} ${parsed.problem}` } : undefined;
}

/** Converts a price to minor units. Throws ValidationError when there is a priceError. */
export function amountOf(field: PriceField, price: number, currency: string): number {
  const parsed = readers[field](price, currency);
  if ('amount' in parsed) return parsed.amount;
  throw new ValidationError([{ field, message: `${field} ${parsed.problem}` }]);
}
