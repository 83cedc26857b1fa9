import { z } from 'zod';
import type { Field } from '@ticketing/common';
import { Category, custom, oneOf, text, TicketStatus, ValidationError } from '@ticketing/common';
import type { TicketQuery } from './models/selection.ts';
import { listedStatuses, sorts } from './models/selection.ts';
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

function isStatus(value: string): value is TicketStatus {
  return TicketStatus.safeParse(value).success;
}

/** The query parameters of the list of tickets, but for `mine`; a saved search has the same. */
export const searchFields: Record<Exclude<keyof TicketQuery, 'mine'>, Field> = {
  ...selectionFields,
  status: blank(
    custom(
      (value) => typeof value === 'string' && (value === 'all' || value.split(',').every(isStatus)),
      `status must be all, or one or several of ${TicketStatus.options.join(', ')}, separated by commas`,
      (value) => (value === 'all' ? 'all' : [...new Set((value as string).split(','))]),
    ),
  ),
  sort: blank(oneOf(Object.keys(sorts), `sort must be one of ${Object.keys(sorts).join(', ')}`)),
};

/** The query of validated parameters. Throws ValidationError for withdrawn tickets, unless they are the user's own. */
export function toTicketQuery(values: Partial<Record<keyof TicketQuery, unknown>>): TicketQuery {
  const { status, ...rest } = withoutBlanks(values) as Omit<TicketQuery, 'status'> & {
    status?: TicketStatus[] | 'all';
  };
  if (status === 'all') return rest.mine ? rest : { ...rest, status: [...listedStatuses] };
  if (!rest.mine && status?.includes('withdrawn'))
    throw new ValidationError([
      { field: 'status', message: 'Withdrawn tickets are listed with mine=1 only' },
    ]);
  return { ...rest, ...(status && { status }) };
}
