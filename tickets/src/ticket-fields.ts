import { z } from 'zod';
import type { Field } from '@ticketing/common';
import { Category, custom, isCurrency, nullable, oneOf, text } from '@ticketing/common';
import type { PriceField } from './models/amounts.ts';
import { priceError } from './models/amounts.ts';
import { NO_DATE } from './models/event-identity.ts';
import { canonicalTimeZone } from './time-zones.ts';

const isoTime = z.iso.datetime({ offset: true });

type Body = { currency?: unknown };

/** A price in major units. With `currencyOf` it must also be possible in the body's currency. */
export function priceField(name: PriceField, currencyOf?: (body: Body) => unknown): Field {
  const price = custom(
    (value) => typeof value === 'number' && value > 0,
    `${name} must be a number greater than 0`,
  );
  if (!currencyOf) return price;
  return async (value, all) => {
    const checked = await price(value, all);
    const currency = currencyOf(all);
    if ('problem' in checked || !isCurrency(currency)) return checked;
    const error = priceError(name, checked.value as number, currency);
    return error ? { problem: error.message } : checked;
  };
}

export const currencyField = custom(
  isCurrency,
  'currency must be the ISO 4217 code of a supported currency in lower case, such as usd',
);

/** Later dates have five digits in the year somewhere on Earth, and `NO_DATE` stands for none. */
function isStart(at: Date): boolean {
  return at.getTime() > Date.now() && at < NO_DATE;
}

/** The optional fields; null removes one. */
export const detailFields = {
  startsAt: nullable(
    custom(
      (value) => isoTime.safeParse(value).success && isStart(new Date(value as string)),
      'startsAt must be an ISO 8601 time in the future and before 9999-12-31, such as 2030-05-01T19:00:00Z',
      (value) => new Date(value as string),
    ),
  ),
  timeZone: nullable(
    custom(
      (value) => canonicalTimeZone(value) !== undefined,
      'timeZone must be an Area/Location name of the IANA time zone database, such as Europe/Berlin, or UTC',
      canonicalTimeZone,
    ),
  ),
  venue: nullable(text({ name: 'venue', max: 100 })),
  city: nullable(text({ name: 'city', max: 100 })),
  category: nullable(oneOf(Category.options, `category must be one of ${Category.options.join(', ')}`)),
  seat: nullable(text({ name: 'seat', max: 100 })),
  notes: nullable(text({ name: 'notes', max: 2000, lines: true })),
  secret: nullable(text({ name: 'secret', max: 2000, lines: true })),
};
