import type { FieldError } from '@ticketing/common';

/** The error for a price that has no exact amount in its currency, or too large a one. */
export function amountError(field: string, currency: string): FieldError {
  return {
    field,
    message: `${field} has too many decimals for ${currency.toUpperCase()}, or is out of range`,
  };
}
