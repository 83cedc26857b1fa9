import { z } from 'zod';
import type { Field } from '@ticketing/common';
import { Category, custom, oneOf, text } from '@ticketing/common';
import type { TicketQuery } from './models/selection.ts';
import { currencyField } from './ticket-fields.ts';

/** Accepts an empty value, because HTML forms submit empty fields. */
export function blank(inner: Field): Field {
  return (value, all) => (value ? inner(value, all) : { value });
}

const isoDate = z.iso.date();
const isoTime = z.iso.datetime({ offset: true });
const isTime = (value: unknown) => isoDate.safeParse(value).success || isoTime.safeParse(value).success;

function amount(name: string): Field {
  return custom(
    (value) => typeof value === 'string' && /^\d{1,10}(\.\d{1,3})?$/.test(value),
    `${name} must be an amount, such as 20 or 19.99`,
    Number,
  );
}

/** A date stays as it is: it means the date at the venue. */
function dateOrTime(name: string): Field {
  return custom(isTime, `${name} must be an ISO 8601 date or time, such as 2030-05-01`, (value) =>
    isoTime.safeParse(value).success ? new Date(value as string) : value,
  );
}

/** The query parameters that select tickets, for the lists of tickets and of events. */
export type Selection = Pick<
  TicketQuery,
  'q' | 'currency' | 'min' | 'max' | 'category' | 'city' | 'from' | 'to'
>;

export const selectionFields: Record<keyof Selection, Field> = {
  q: blank(text({ name: 'q', min: 0, max: 200 })),
  currency: blank(currencyField),
  min: blank(amount('min')),
  max: blank(amount('max')),
  category: blank(oneOf(Category.options, `category must be one of ${Category.options.join(', ')}`)),
  city: blank(text({ name: 'city', min: 0, max: 100 })),
  from: blank(dateOrTime('from')),
  to: blank(dateOrTime('to')),
};

/** The values that are given. */
export function withoutBlanks<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '')) as Partial<T>;
}
