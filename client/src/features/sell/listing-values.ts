import type { FieldError } from '../../lib/types.ts';
import { parsePrice } from './price-input.ts';
import type { Translate } from '../../i18n/translate.ts';

/** Where a new listing starts, until the browser says where its user is. */
export const DEFAULT_ZONE = 'Europe/London';
export const DEFAULT_CURRENCY = 'eur';

export type Values = Record<string, string>;

export const FIELD_NAMES = [
  'title',
  'price',
  'currency',
  'faceValue',
  'category',
  'startsAt',
  'timeZone',
  'venue',
  'city',
  'seat',
  'notes',
  'secret',
];

export const FIELD_IDS = Object.fromEntries(FIELD_NAMES.map((name) => [name, name]));

type Listing = { body: Record<string, unknown>; errors: FieldError[] };

/**
 * The request body for the values, without the start (see `readStart`), or the errors of those that cannot be sent. The
 * service validates the rest.
 */
export function toListingRequest(t: Translate, values: Values, { isNew }: { isNew: boolean }): Listing {
  const errors: FieldError[] = [];
  const currency = values.currency ?? 'usd';
  const read = (field: 'price' | 'faceValue') => {
    const parsed = parsePrice(t, values[field] ?? '', currency);
    if (typeof parsed === 'number') return parsed;
    errors.push({ field, message: parsed });
    return undefined;
  };
  // An empty optional field is left out when listing, and cleared when editing.
  const optional = (name: string) => values[name]?.trim() || (isNew ? undefined : null);

  const title = values.title?.trim() ?? '';
  if (title === '') errors.push({ field: 'title', message: t('Enter a title') });
  const price = read('price');
  const faceValue = values.faceValue?.trim() ? read('faceValue') : isNew ? undefined : null;

  const body = {
    title,
    price,
    ...(isNew && { currency }),
    faceValue,
    category: optional('category'),
    venue: optional('venue'),
    city: optional('city'),
    seat: optional('seat'),
    notes: optional('notes'),
    secret: optional('secret'),
  };
  return { body, errors };
}
