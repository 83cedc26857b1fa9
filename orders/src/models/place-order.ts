import type { Idempotency } from '@ticketing/common';
import {
  duplicateKey,
  findByIdempotencyKey,
  idempotencyIndex,
  insert,
  newId,
  UnavailableError,
} from '@ticketing/common';
import { isLive, isOverdue, keepsTicket, takenError } from '../purchase.ts';
import type { ReservationLimits } from '../reservation-limits.ts';
import { choosePlace } from '../reservation-limits.ts';
import { freePlace, releaseClaim } from './buyer-limits.ts';
import { expireOrder } from './change-order.ts';
import {
  claimIndex,
  findOrder,
  lastWrittenOrders,
  latestOrderOn,
  Order,
  orderEvent,
  placeIndex,
} from './order.ts';
import type { Ticket } from './ticket.ts';

/** The order is republished when tickets has not confirmed the reservation within this time. */
const CONFIRMED_WITHIN_MS = 5_000;
const MAX_ATTEMPTS = 5;

export type Placed = {
  order: Order;
  isNew: boolean;
  /** Overdue orders of the same ticket or buyer, which were expired to make room. Their events are still to be flushed. */
  ended: Order[];
};

type Request = {
  ticket: Ticket;
  userId: string;
  reservationMs: number;
  /** undefined: the buyer has no limits. */
  reservationLimits: ReservationLimits | undefined;
  idempotency: Idempotency | undefined;
};

/** Inserts in flight in this process, by ticket id. */
const insertsInFlight = new Map<string, Promise<unknown>>();

/**
 * Reserves a ticket for a buyer: one insert, and the unique index on `reservationKey` picks one winner. The read before
 * the insert only spares losers the insert and finds the next `reservationSeq`. The first attempt on an available ticket
 * skips it; attempts that arrive during that insert wait for it, so they lose by a read instead of a failed insert.
 *
 * The same insert enforces the limits of the buyer: it carries a random place and a claim on the ticket, which are unique
 * for the buyer. Only an insert that one of the two refuses needs a further read.
 * Throws ConflictError when another buyer keeps the ticket, HttpError for the limits of the buyer, UnavailableError after
 * too many lost races.
 */
export async function placeOrder(request: Request): Promise<Placed> {
  const { ticket, userId, reservationLimits: limits, idempotency } = request;
  const ended: Order[] = [];
  let place = limits && choosePlace([], limits);
  // Each place that is lost was taken by another order, so that many further attempts find a free one or the limit.
  const attempts = MAX_ATTEMPTS + (limits?.maxReservations ?? 0);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const insertInFlight = insertsInFlight.get(ticket._id);
    await insertInFlight;
    const isFirst = attempt === 0 && !insertInFlight && ticket.status === 'available';
    let latest = isFirst ? null : await latestOrderOn(ticket._id);
    if (latest && isOverdue(latest, Date.now())) {
      const expired = await expireOrder(latest._id);
      if (expired) ended.push(expired);
      latest = expired ?? (await findOrder(latest._id));
    }
    if (latest && keepsTicket(latest.status)) {
      if (!isReservedFor(latest, userId)) throw takenError(latest.status);
      return { order: latest, isNew: false, ended };
    }
    const reservationSeq = 1 + Math.max(latest?.reservationSeq ?? 0, ticket.reservationSeq);
    try {
      const stored = await insertOrder(newOrder(request, { reservationSeq, place }));
      return { order: stored, isNew: true, ended };
    } catch (error) {
      const index = duplicateKey(error);
      if (index === undefined) throw error;
      const existing =
        index === idempotencyIndex.options.name &&
        idempotency &&
        (await findByIdempotencyKey(Order, userId, idempotency));
      if (existing) return { order: existing, isNew: false, ended };
      if (limits && index === claimIndex.name) await releaseClaim(userId, ticket._id, limits);
      if (limits && index === placeIndex.name) {
        const free = await freePlace(userId, limits);
        ended.push(...free.expired);
        place = free.place;
      }
    }
  }
  throw new UnavailableError('Too many buyers want this ticket at once, please try again', 'too_busy');
}

async function insertOrder(order: Omit<Order, 'version' | 'outbox'>): Promise<Order> {
  const { reservationKey } = order;
  const inserted = insert(
    Order,
    'order',
    order,
    (state) => orderEvent('order:created', state),
    lastWrittenOrders,
  );
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
  return latest && isReservedFor(latest, userId) && !isOverdue(latest, Date.now()) ? latest : null;
}

function isReservedFor(order: Order, userId: string): boolean {
  return order.userId === userId && isLive(order.status);
}

function newOrder(
  { ticket, userId, reservationMs, idempotency }: Request,
  { reservationSeq, place }: { reservationSeq: number; place: number | undefined },
): Omit<Order, 'version' | 'outbox'> {
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
    ...(place !== undefined && { place, claimed: true as const }),
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
