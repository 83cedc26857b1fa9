import { z } from 'zod';
import type { Field } from '@ticketing/common';
import { Category, custom, isCurrency, nullable, oneOf, text } from '@ticketing/common';
import type { PriceField } from './models/amounts.ts';
import { priceError } from './models/amounts.ts';

const isoTime = z.iso.datetime({ offset: true });

type Body = { currency?: unknown };

/** A price in major units. With `currencyOf` it must also be possible in the body's currency. */
export function priceField(name: PriceField, currencyOf?: (body: Body) => unknown): Field {
  const price = custom(
    (value) => typeof value === 'number' && value > 0,
    `${name} must be a number greater than 0`,
  );
  if (!currencyOf) return price;
  return {
    chain: (field, from) =>
      price.chain(field, from).custom((value: number, { req }) => {
        const currency = currencyOf(req.body as Body);
        const error = isCurrency(currency) ? priceError(name, value, currency) : undefined;
        if (error) throw new Error(error.message);
        return true;
      }),
  };
}

export const currencyField = custom(
  isCurrency,
  'currency must be the ISO 4217 code of a supported currency in lower case, such as usd',
);

/** The optional fields; null removes one. */
export const detailFields = {
  startsAt: nullable(
    custom(
      (value) => isoTime.safeParse(value).success && new Date(value as string).getTime() > Date.now(),
      'startsAt must be an ISO 8601 time in the future, such as 2030-05-01T19:00:00Z',
      (value) => (value === null ? null : new Date(value as string)),
    ),
  ),
  timeZone: nullable(custom(isTimeZone, 'timeZone must be an IANA time zone, such as Europe/Berlin')),
  venue: nullable(text({ name: 'venue', max: 100 })),
  city: nullable(text({ name: 'city', max: 100 })),
  category: nullable(oneOf(Category.options, `category must be one of ${Category.options.join(', ')}`)),
  seat: nullable(text({ name: 'seat', max: 100 })),
  notes: nullable(text({ name: 'notes', max: 2000, lines: true })),
  secret: nullable(text({ name: 'secret', max: 2000, lines: true })),
};

/** Valid time zones, spelled as received. One check by Intl costs as much as validating all other fields. */
const timeZones = new Set<string>();
const MAX_TIME_ZONES = 2_000;

function isTimeZone(value: unknown): boolean {
  if (typeof value !== 'string' || !/^[A-Za-z][\w+/-]*$/.test(value)) return false;
  if (timeZones.has(value)) return true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    if (timeZones.size < MAX_TIME_ZONES) timeZones.add(value);
    return true;
  } catch {
    return false;
  }
}
