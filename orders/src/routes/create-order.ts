import type { RequestHandler } from 'express';
import type { Fields, Outbox } from '@ticketing/common';
import {
  custom,
  findByIdempotencyKey,
  ForbiddenError,
  id,
  NotFoundError,
  optional,
  readIdempotencyKey,
  requireUser,
  toMinorUnits,
  validate,
  ValidationError,
  waitForReplica,
} from '@ticketing/common';
import { Order, publicOrder } from '../models/order.ts';
import { placeOrder, reservationOf } from '../models/place-order.ts';
import { findTicket } from '../models/ticket.ts';
import { reservationError } from '../purchase.ts';

type NewOrder = { ticketId: string; price?: number };

const newOrder: Fields<NewOrder> = {
  ticketId: id('ticketId must be the id of a ticket'),
  price: optional(
    custom((value) => typeof value === 'number' && value > 0, 'price must be a positive number'),
  ),
};

export function createOrder(outbox: Outbox, { reservationMs }: { reservationMs: number }): RequestHandler {
  return async (req, res) => {
    const { id: userId } = requireUser(req);
    const { ticketId, price } = await validate(newOrder, req);
    const idempotency = readIdempotencyKey(req, [ticketId, price ?? null]);
    const existing = idempotency && (await findByIdempotencyKey(Order, userId, idempotency));
    if (existing) {
      res.json(publicOrder(existing));
      return;
    }

    const ticket = await waitForReplica(ticketId, findTicket);
    if (!ticket) throw new NotFoundError('Ticket');
    if (ticket.userId === userId) throw new ForbiddenError('This ticket is your own', 'own_ticket');
    const error = reservationError(ticket, minorUnits(price, ticket.currency), Date.now());
    if (error) {
      const own = await reservationOf(ticketId, userId);
      if (!own) throw error;
      res.json(publicOrder(own));
      return;
    }

    const { order, isNew, ended } = await placeOrder({ ticket, userId, reservationMs, idempotency });
    if (ended) outbox.flush(ended);
    if (isNew) outbox.flush(order);
    res.status(isNew ? 201 : 200).json(publicOrder(order));
  };
}

function minorUnits(price: number | undefined, currency: string): number | undefined {
  if (price === undefined) return undefined;
  const amount = toMinorUnits(price, currency);
  if (amount === undefined)
    throw new ValidationError([
      {
        field: 'price',
        message: `price has too many decimals for ${currency.toUpperCase()}, or is out of range`,
      },
    ]);
  return amount;
}
