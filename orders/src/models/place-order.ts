import {
  duplicateKey,
  idempotencyIndex,
  insert,
  findByIdempotencyKey,
  newId,
  UnavailableError,
} from '@ticketing/common';
import type { Idempotency } from '@ticketing/common';
import { keepsTicket, takenError } from '../purchase.ts';
import { expire } from './change-order.ts';
import { orderEvent, findOrder, latestOrderOn, Order } from './order.ts';
import type { Ticket } from './ticket.ts';

/** How soon tickets is expected to confirm a reservation. */
const CONFIRMED_WITHIN_MS = 5_000;
const TRIES = 5;

export type Placed = {
  order: Order;
  isNew: boolean;
  /** An order on the same ticket whose time was over and that was ended to make room. */
  ended?: Order;
};

/** Inserts under way in this process, by ticket. */
const attempts = new Map<string, Promise<unknown>>();

/**
 * Reserves a ticket for a buyer: one insert, and the unique index on `reservationKey` picks one winner. What is read before
 * only saves losers the insert, and names the next `reservationSeq`; so who finds a ticket free and nobody else at it does
 * not look first, and a crowd waits for the one who does.
 */
export async function placeOrder(request: {
  ticket: Ticket;
  userId: string;
  reservationMs: number;
  idempotency: Idempotency | undefined;
}): Promise<Placed> {
  const { ticket, userId, reservationMs, idempotency } = request;
  let ended: Order | undefined;
  for (let tries = 0; tries < TRIES; tries++) {
    const rival = attempts.get(ticket._id);
    await rival;
    const isFirst = tries === 0 && !rival && ticket.status === 'available';
    let latest = isFirst ? null : await latestOrderOn(ticket._id);
    if (latest && isOverdue(latest)) {
      const gone = await expire(latest._id);
      ended = gone ?? ended;
      latest = gone ?? (await findOrder(latest._id));
    }
    if (latest && keepsTicket(latest.status)) {
      if (!isReservedFor(latest, userId)) throw takenError(latest.status);
      return { order: latest, isNew: false, ...(ended && { ended }) };
    }
    const reservationSeq = 1 + Math.max(latest?.reservationSeq ?? 0, ticket.reservationSeq);
    const order = newOrder({ ticket, userId, reservationSeq, reservationMs, idempotency });
    try {
      const stored = await attempt(order);
      return { order: stored, isNew: true, ...(ended && { ended }) };
    } catch (error) {
      const index = duplicateKey(error);
      const made =
        index === idempotencyIndex.options.name &&
        idempotency &&
        (await findByIdempotencyKey(Order, userId, idempotency));
      if (made) return { order: made, isNew: false, ...(ended && { ended }) };
      if (index === undefined) throw error;
    }
  }
  throw new UnavailableError('Too many people want this ticket at once, please try again', 'too_busy');
}

async function attempt(order: Omit<Order, 'version' | 'outbox'>): Promise<Order> {
  const { reservationKey } = order;
  const inserted = insert(Order, 'order', order, (state) => orderEvent('order:created', state));
  const ended = inserted.then(
    () => undefined,
    () => undefined,
  );
  attempts.set(reservationKey, ended);
  try {
    return await inserted;
  } finally {
    if (attempts.get(reservationKey) === ended) attempts.delete(reservationKey);
  }
}

/** This buyer's reservation of this ticket that is still alive. */
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

function newOrder(about: {
  ticket: Ticket;
  userId: string;
  reservationSeq: number;
  reservationMs: number;
  idempotency: Idempotency | undefined;
}): Omit<Order, 'version' | 'outbox'> {
  const { ticket, userId, reservationSeq, reservationMs, idempotency } = about;
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
    remindAt: new Date(createdAt.getTime() + CONFIRMED_WITHIN_MS),
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
