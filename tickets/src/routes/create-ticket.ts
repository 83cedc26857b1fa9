import type { RequestHandler } from 'express';
import type { Outbox } from '@ticketing/common';
import { closedCounter, nullable, readIdempotencyKey, requireUser, text, validate } from '@ticketing/common';
import { amountOf } from '../models/amounts.ts';
import type { NewTicket } from '../models/change-ticket.ts';
import { listTicket } from '../models/change-ticket.ts';
import { publicTicket } from '../models/public-ticket.ts';
import type { Suspensions } from '../models/seller.ts';
import type { Details } from '../models/ticket.ts';
import { currencyField, detailFields, priceField } from '../ticket-fields.ts';

const countListing = closedCounter({
  name: 'ticketing_listings_total',
  help: 'Tickets listed, and repeated requests that returned the ticket of the first one',
  label: 'outcome',
  values: ['created', 'repeated'],
});

type Body = { [K in keyof Details]?: Details[K] | null } & {
  title: string;
  price: number;
  currency?: string | null;
  faceValue?: number | null;
};

export function createTicket(
  outbox: Outbox,
  suspensions: Pick<Suspensions, 'isSuspended'>,
  defaultCurrency: string,
): RequestHandler {
  const currencyOf = (body: { currency?: unknown }) => body.currency ?? defaultCurrency;
  const fields = {
    title: text({ name: 'title', max: 200 }),
    price: priceField('price', currencyOf),
    currency: nullable(currencyField),
    faceValue: nullable(priceField('faceValue', currencyOf)),
    ...detailFields,
  };

  return async (req, res) => {
    const seller = requireUser(req);
    const body = await validate<Body>(fields, req);
    const idempotency = readIdempotencyKey(req, body);
    const ticketFields = newTicket(body, defaultCurrency);
    const { ticket, isNew } = await listTicket(seller, ticketFields, suspensions, idempotency);
    if (isNew) outbox.flush(ticket);
    countListing(isNew ? 'created' : 'repeated');
    res.status(isNew ? 201 : 200).json(publicTicket(ticket, seller));
  };
}

function newTicket(body: Body, defaultCurrency: string): NewTicket {
  const { title, price, faceValue, currency: given, ...rest } = body;
  const currency = given ?? defaultCurrency;
  const amount = amountOf('price', price, currency);
  const faceAmount = faceValue ? amountOf('faceValue', faceValue, currency) : undefined;
  const details: Details = Object.fromEntries(
    Object.entries(rest).map(([field, value]) => [field, value ?? undefined]),
  );
  return { ...details, title, amount, currency, faceAmount };
}
