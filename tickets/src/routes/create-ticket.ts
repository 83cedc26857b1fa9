import {
  readIdempotencyKey,
  nullable,
  requireUser,
  text,
  toMinorUnits,
  validate,
  ValidationError,
} from '@ticketing/common';
import type { Outbox } from '@ticketing/common';
import type { RequestHandler } from 'express';
import { omitUndefined } from '../models/omit-undefined.ts';
import { publicTicket } from '../models/public-ticket.ts';
import { listTicket } from '../models/change-ticket.ts';
import type { Details } from '../models/ticket.ts';
import { currency, details, price } from '../ticket-fields.ts';

type NewTicket = { [K in keyof Details]?: Details[K] | null } & {
  title: string;
  price: number;
  currency?: string | null;
  faceValue?: number | null;
};

export function createTicket(outbox: Outbox, defaultCurrency: string): RequestHandler {
  const currencyOf = (body: { currency?: unknown }) => body.currency ?? defaultCurrency;
  const newTicket = {
    title: text({ name: 'title', max: 200 }),
    price: price('price', currencyOf),
    currency: nullable(currency),
    faceValue: nullable(price('faceValue', currencyOf)),
    ...details,
  };

  return async (req, res) => {
    const seller = requireUser(req);
    const said = await validate<NewTicket>(newTicket, req);
    const { title, price: asked, currency: given, faceValue, ...rest } = said;
    const inCurrency = given ?? defaultCurrency;
    const amount = toMinorUnits(asked, inCurrency);
    if (amount === undefined)
      throw new ValidationError([{ field: 'price', message: 'price is not possible' }]);
    const faceAmount = faceValue ? toMinorUnits(faceValue, inCurrency) : undefined;
    const known = Object.fromEntries(
      Object.entries(rest).map(([field, value]) => [field, value ?? undefined]),
    );
    const { ticket, isNew } = await listTicket(
      seller,
      omitUndefined({ ...known, title, amount, currency: inCurrency, faceAmount }),
      readIdempotencyKey(req, said),
    );
    if (isNew) outbox.flush(ticket);
    res.status(isNew ? 201 : 200).json(publicTicket(ticket, seller));
  };
}
