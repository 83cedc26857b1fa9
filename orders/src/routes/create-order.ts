import type { Request, RequestHandler, Response } from 'express';
import type { EventBus, Fields, Outbox } from '@ticketing/common';
import {
  custom,
  findByIdempotencyKey,
  ForbiddenError,
  id,
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
import type { Ticket } from '../models/ticket.ts';
import { findTicket } from '../models/ticket.ts';
import { countingReservation } from '../order-metrics.ts';
import { reservationError } from '../purchase.ts';
import type { ReservationLimits } from '../reservation-limits.ts';

type NewOrder = { ticketId: string; price?: number; version?: number };

const newOrder: Fields<NewOrder> = {
  ticketId: id('ticketId must be the id of a ticket'),
  price: optional(
    custom((value) => typeof value === 'number' && value > 0, 'price must be a positive number'),
  ),
  version: optional(
    custom(
      (value) => Number.isSafeInteger(value) && (value as number) >= 0,
      'version must be the version of the ticket that you saw, an integer from 0',
    ),
  ),
};

export function createOrder(
  outbox: Outbox,
  bus: Pick<EventBus, 'isCurrent'>,
  config: { reservationMs: number; reservationLimits: ReservationLimits | undefined },
): RequestHandler {
  const reserve = async (req: Request, res: Response): Promise<'created' | 'repeated'> => {
    const { id: userId } = requireUser(req);
    const { ticketId, price, version } = await validate(newOrder, req);
    // Without a version, the hash is the one of orders from before versions were accepted.
    const parameters = [ticketId, price ?? null, ...(version === undefined ? [] : [version])];
    const idempotency = readIdempotencyKey(req, parameters);
    const existing = idempotency && (await findByIdempotencyKey(Order, userId, idempotency));
    if (existing) {
      res.json(publicOrder(existing));
      return 'repeated';
    }

    const isBehind = (known: Ticket) => version !== undefined && version > known.version;
    const ticket = await waitForReplica(ticketId, findTicket, { what: 'Ticket', bus, userId, isBehind });
    if (ticket.userId === userId) throw new ForbiddenError('This ticket is your own', 'own_ticket');
    const agreed = { amount: minorUnits(price, ticket.currency), version };
    const error = reservationError(ticket, agreed, Date.now());
    if (error) {
      const own = await reservationOf(ticketId, userId);
      if (!own) throw error;
      res.json(publicOrder(own));
      return 'repeated';
    }

    const { order, isNew, ended } = await placeOrder({ ticket, userId, idempotency, ...config });
    for (const expired of ended) outbox.flush(expired);
    if (isNew) outbox.flush(order);
    res.status(isNew ? 201 : 200).json(publicOrder(order));
    return isNew ? 'created' : 'repeated';
  };
  return (req, res) => countingReservation(() => reserve(req, res));
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
