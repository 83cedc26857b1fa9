import type { Idempotency } from '@ticketing/common';
import {
  duplicateKey,
  findByIdempotencyKey,
  idempotencyIndex,
  insert,
  newId,
  UnavailableError,
} from '@ticketing/common';
import { keepsTicket, takenError } from '../purchase.ts';
import { expireOrder } from './change-order.ts';
import { findOrder, latestOrderOn, Order, orderEvent } from './order.ts';
import type { Ticket } from './ticket.ts';

/** The order is republished when tickets has not confirmed the reservation within this time. */
const CONFIRMED_WITHIN_MS = 5_000;
const MAX_ATTEMPTS = 5;

export type Placed = {
  order: Order;
  isNew: boolean;
  /** An overdue order on the same ticket, which was expired to make room. Its event is still to be flushed. */
  ended?: Order;
};

/** Inserts in flight in this process, by ticket id. */
const insertsInFlight = new Map<string, Promise<unknown>>();

/**
 * Reserves a ticket for a buyer: one insert, and the unique index on `reservationKey` picks one winner. The read before
 * the insert only spares losers the insert and finds the next `reservationSeq`. The first attempt on an available ticket
 * skips it; attempts that arrive during that insert wait for it, so they lose by a read instead of a failed insert.
 * Throws ConflictError when another buyer keeps the ticket, UnavailableError after 5 lost races.
 */
export async function placeOrder(request: {
  ticket: Ticket;
  userId: string;
  reservationMs: number;
  idempotency: Idempotency | undefined;
}): Promise<Placed> {
  const { ticket, userId, reservationMs, idempotency } = request;
  let ended: Order | undefined;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const insertInFlight = insertsInFlight.get(ticket._id);
    await insertInFlight;
    const isFirst = attempt === 0 && !insertInFlight && ticket.status === 'available';
    let latest = isFirst ? null : await latestOrderOn(ticket._id);
    if (latest && isOverdue(latest)) {
      const expired = await expireOrder(latest._id);
      ended = expired ?? ended;
      latest = expired ?? (await findOrder(latest._id));
    }
    if (latest && keepsTicket(latest.status)) {
      if (!isReservedFor(latest, userId)) throw takenError(latest.status);
      return { order: latest, isNew: false, ...(ended && { ended }) };
    }
    const reservationSeq = 1 + Math.max(latest?.reservationSeq ?? 0, ticket.reservationSeq);
    const order = newOrder({ ticket, userId, reservationSeq, reservationMs, idempotency });
    try {
      const stored = await insertOrder(order);
      return { order: stored, isNew: true, ...(ended && { ended }) };
    } catch (error) {
      const index = duplicateKey(error);
      const existing =
        index === idempotencyIndex.options.name &&
        idempotency &&
        (await findByIdempotencyKey(Order, userId, idempotency));
      if (existing) return { order: existing, isNew: false, ...(ended && { ended }) };
      if (index === undefined) throw error;
    }
  }
  throw new UnavailableError('Too many buyers want this ticket at once, please try again', 'too_busy');
}

async function insertOrder(order: Omit<Order, 'version' | 'outbox'>): Promise<Order> {
  const { reservationKey } = order;
  const inserted = insert(Order, 'order', order, (state) => orderEvent('order:created', state));
  const ended = inserted.then(
    () => undefined,
    () => undefined,
  );
  insertsInFlight.set(reservationKey, ended);
  try {
    return await inserted;
  } finally {
    if (insertsInFlight.get(reservationKey) === ended) insertsInFlight.delete(reservationKey);
  }
}

/** The live reservation of this ticket by this buyer, or null. */
export async function reservationOf(ticketId: string, userId: string): Promise<Order | null> {
  const latest = await latestOrderOn(ticketId);
  return latest && isReservedFor(latest, userId) && !isOverdue(latest) ? latest : null;
}

function isReservedFor(order: Order, userId: string): boolean {
  return order.userId === userId && (order.status === 'created' || order.status === 'awaiting:payment');
}

function isOverdue(order: Order): boolean {
  return order.status === 'created' && order.expiresAt.getTime() <= Date.now();
}

function newOrder(request: {
  ticket: Ticket;
  userId: string;
  reservationSeq: number;
  reservationMs: number;
  idempotency: Idempotency | undefined;
}): Omit<Order, 'version' | 'outbox'> {
  const { ticket, userId, reservationSeq, reservationMs, idempotency } = request;
  const createdAt = new Date();
  return {
    _id: newId(),
    userId,
    ticket: snapshot(ticket),
    status: 'created',
    reason: null,
    expiresAt: new Date(createdAt.getTime() + reservationMs),
    reservationKey: ticket._id,
    reservationSeq,
    ticketConfirmed: false,
    paymentAuthorized: false,
    payment: null,
    history: [{ at: createdAt, status: 'created', event: 'order:created' }],
    createdAt,
    republishAt: new Date(createdAt.getTime() + CONFIRMED_WITHIN_MS),
    ...(idempotency && { idempotencyKey: idempotency.key, idempotencyHash: idempotency.hash }),
  };
}

function snapshot(ticket: Ticket): Order['ticket'] {
  const { startsAt, timeZone, venue, city, seat } = ticket;
  return {
    id: ticket._id,
    version: ticket.version,
    title: ticket.title,
    amount: ticket.amount,
    currency: ticket.currency,
    sellerId: ticket.userId,
    ...(startsAt && { startsAt }),
    ...(timeZone && { timeZone }),
    ...(venue && { venue }),
    ...(city && { city }),
    ...(seat && { seat }),
  };
}
