import { decimalsOf } from '../../lib/money.ts';
import { knownTimeZone } from '../../lib/time.ts';
import type { Ticket } from '../../lib/types.ts';
import { toLocalDateTime } from '../../lib/wall-clock.ts';
import type { Values } from './listing-values.ts';

/** A text area ends its lines with a line feed only. */
function lines(text = ''): string {
  return text.replaceAll('\r\n', '\n');
}

/** The values of the form for a ticket. Only for the server, because it brings a library for time zones. */
export function toValues(ticket: Ticket): Values {
  const timeZone = knownTimeZone(ticket.timeZone);
  const amount = (value: number | undefined) =>
    value == null ? '' : value.toFixed(Number.isInteger(value) ? 0 : decimalsOf(ticket.currency));
  return {
    title: ticket.title,
    price: amount(ticket.price),
    currency: ticket.currency,
    faceValue: amount(ticket.faceValue),
    category: ticket.category ?? '',
    startsAt: ticket.startsAt ? toLocalDateTime(ticket.startsAt, timeZone) : '',
    timeZone,
    venue: ticket.venue ?? '',
    city: ticket.city ?? '',
    seat: ticket.seat ?? '',
    notes: lines(ticket.notes),
    secret: lines(ticket.secret),
  };
}
