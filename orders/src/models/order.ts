import {
  change,
  ConflictError,
  duplicateKey,
  insert,
  newId,
  outboxField,
  toPrice,
  UnavailableError,
  versioned,
} from '@ticketing/common';
import type { Aggregate, Announcement, CancelReason, EventData, OrderStatus } from '@ticketing/common';
import { Schema } from 'mongoose';
import type { mongo } from 'mongoose';
import { db } from '../db.ts';
import { follow, keepsTicket, takenBy } from '../purchase.ts';
import type { Fact, Purchase } from '../purchase.ts';
import type { Ticket } from './ticket.ts';

type HistoryEntry = { at: Date; status: OrderStatus; event: string; reason?: CancelReason };

export type Order = Aggregate &
  Purchase & {
    userId: string;
    ticket: EventData<'order:created'>['ticket'];
    expiresAt: Date;
    /** The ticket's id while this order keeps the ticket, its own id afterwards. Unique: the database picks the buyer. */
    slot: string;
    /** The how-manyth reservation of the ticket this is. */
    slotSeq: number;
    history: HistoryEntry[];
    createdAt: Date;
    /** When an answer of another service is overdue and the order is to be announced again. */
    remindAt?: Date | undefined;
    idempotencyKey?: string;
    idempotencyHash?: string;
  };

const SECOND = 1000;
export const CONFIRMED_WITHIN_MS = 5 * SECOND;
export const REMIND_EVERY_MS = 10 * SECOND;
const TRIES = 5;

const schema = new Schema<Order>(
  {
    _id: String,
    userId: String,
    ticket: Object,
    status: String,
    reason: String,
    expiresAt: Date,
    slot: String,
    slotSeq: Number,
    ticketConfirmed: Boolean,
    paymentAuthorized: Boolean,
    payment: Object,
    history: [Object],
    createdAt: Date,
    remindAt: Date,
    idempotencyKey: String,
    idempotencyHash: String,
    outbox: outboxField,
  },
  versioned,
);
// `slot` first: a duplicate names only the first index that refuses, and who holds the ticket matters most.
schema.index({ slot: 1 }, { name: 'slot', unique: true });
schema.index({ 'ticket.id': 1, slotSeq: -1 }, { name: 'ticketId_slotSeq', unique: true });
schema.index(
  { userId: 1, idempotencyKey: 1 },
  {
    name: 'userId_idempotencyKey',
    unique: true,
    partialFilterExpression: { idempotencyKey: { $exists: true } },
  },
);
schema.index({ userId: 1, createdAt: -1, _id: -1 });
schema.index({ userId: 1, status: 1, createdAt: -1, _id: -1 });
schema.index({ status: 1, expiresAt: 1 });
schema.index({ remindAt: 1 }, { sparse: true });
schema.index({ 'outbox.t': 1 }, { sparse: true });
export const Order = db.model<Order>('Order', schema);

const orders = Order.collection as unknown as mongo.Collection<Order>;
const withoutOutbox = { projection: { outbox: 0 } } as const;

export function findOrder(id: string): Promise<Order | null> {
  return orders.findOne({ _id: id }, withoutOutbox);
}

/** The one that holds the ticket, if any does, is always the latest: each was inserted while the ticket was free. */
export function latestOrderOn(ticketId: string): Promise<Order | null> {
  return orders.findOne({ 'ticket.id': ticketId }, { ...withoutOutbox, sort: { slotSeq: -1 } });
}

export function findOrders(filter: object, sort: Record<string, 1 | -1>, limit: number): Promise<Order[]> {
  return orders.find(filter, withoutOutbox).sort(sort).limit(limit).toArray();
}

const COUNT_TO = 1_000;

/** How many there are, counted up to 1000. */
export function countOrders(filter: object): Promise<number> {
  return orders.countDocuments(filter, { limit: COUNT_TO });
}

/** A request that must not be done twice: the buyer's key and a digest of what was asked for. */
export type Idempotency = { key: string; hash: string };

/** The order that this very request made before. Throws ConflictError when the key came with another request. */
export async function orderMadeBy(userId: string, { key, hash }: Idempotency): Promise<Order | null> {
  const order = await orders.findOne({ userId, idempotencyKey: key }, withoutOutbox);
  if (order && order.idempotencyHash !== hash)
    throw new ConflictError('idempotency_key_reused', 'This Idempotency-Key was used for another request');
  return order;
}

export type Placed = {
  order: Order;
  isNew: boolean;
  /** An order on the same ticket whose time was over and that was ended to make room. */
  ended?: Order;
};

/**
 * Reserves a ticket for a buyer: one insert, and the unique index on `slot` picks one winner. What is read before
 * only saves losers the insert, and names the next `slotSeq`.
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
    let latest = await latestOrderOn(ticket._id);
    if (latest && isOverdue(latest)) {
      const gone = await expire(latest._id);
      ended = gone ?? ended;
      latest = gone ?? (await findOrder(latest._id));
    }
    if (latest && keepsTicket(latest.status)) {
      if (!isReservedFor(latest, userId)) throw takenBy(latest.status);
      return { order: latest, isNew: false, ...(ended && { ended }) };
    }
    const slotSeq = 1 + Math.max(latest?.slotSeq ?? 0, ticket.slotSeq);
    const order = newOrder({ ticket, userId, slotSeq, reservationMs, idempotency });
    try {
      const stored = await insert(Order, 'order', order, (state) => announce('order:created', state));
      return { order: stored, isNew: true, ...(ended && { ended }) };
    } catch (error) {
      const index = duplicateKey(error);
      const made =
        index === 'userId_idempotencyKey' && idempotency && (await orderMadeBy(userId, idempotency));
      if (made) return { order: made, isNew: false, ...(ended && { ended }) };
      if (index === undefined) throw error;
    }
  }
  throw new UnavailableError('Too many people want this ticket at once, please try again', 'too_busy');
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
  slotSeq: number;
  reservationMs: number;
  idempotency: Idempotency | undefined;
}): Omit<Order, 'version' | 'outbox'> {
  const { ticket, userId, slotSeq, reservationMs, idempotency } = about;
  const createdAt = new Date();
  return {
    _id: newId(),
    userId,
    ticket: snapshot(ticket),
    status: 'created',
    reason: null,
    expiresAt: new Date(createdAt.getTime() + reservationMs),
    slot: ticket._id,
    slotSeq,
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

/**
 * Applies a fact to an order as the rules say, its event in the same write. `check` may throw to refuse a request.
 * @returns the changed order, or undefined where the fact changes nothing.
 */
export async function apply(
  id: string,
  fact: Fact,
  { check, guard }: { check?: (order: Order) => void; guard?: Record<string, unknown> } = {},
): Promise<Order | undefined> {
  let ends = false;
  return change<Order>(
    Order,
    'order',
    id,
    (order) => {
      check?.(order);
      const changes = follow(order, fact);
      ends = changes?.status === 'cancelled';
      return changes && recorded(order, changes, fact);
    },
    (state) => announce(ends ? 'order:cancelled' : 'order:updated', state),
    guard,
  );
}

/** Ends an order whose time is over; the database's clock, which all replicas share, judges in the same write. */
export function expire(id: string): Promise<Order | undefined> {
  return apply(id, { event: 'expiration:complete' }, { guard: { $expr: { $lte: ['$expiresAt', '$$NOW'] } } });
}

function recorded(order: Order, changes: Partial<Purchase>, { event }: Fact): Partial<Order> {
  const { status, reason, ticketConfirmed } = { ...order, ...changes };
  const at = new Date();
  const entry = { at, status, event, ...(changes.reason && { reason: changes.reason }) };
  const waits = status === 'awaiting:payment' || (status === 'created' && !ticketConfirmed);
  return {
    ...changes,
    reason,
    history: [...order.history, entry],
    ...(changes.status && !keepsTicket(changes.status) && { slot: order._id }),
    ...(changes.status && waits && { remindAt: new Date(at.getTime() + REMIND_EVERY_MS) }),
    ...(!waits && { remindAt: undefined }),
  };
}

/** The next orders whose time is over, by the database's clock. */
export function overdueOrders(limit: number): Promise<{ _id: string }[]> {
  return orders
    .find({ status: 'created', $expr: { $lte: ['$expiresAt', '$$NOW'] } }, { projection: { _id: 1 } })
    .sort({ expiresAt: 1 })
    .limit(limit)
    .toArray();
}

/** The next orders that wait too long for an answer. */
export function ordersToRemind(limit: number): Promise<Pick<Order, '_id' | 'remindAt'>[]> {
  return orders
    .find({ remindAt: { $lte: new Date() } }, { projection: { remindAt: 1 } })
    .sort({ remindAt: 1 })
    .limit(limit)
    .toArray();
}

/** Puts an order's next reminder off. @returns its present state, or null when another replica was faster. */
export function claimReminder({ _id, remindAt }: Pick<Order, '_id' | 'remindAt'>): Promise<Order | null> {
  return orders.findOneAndUpdate(
    { _id, remindAt: remindAt as Date },
    { $set: { remindAt: new Date(Date.now() + REMIND_EVERY_MS) } },
    { ...withoutOutbox, returnDocument: 'after', writeConcern: { w: 1 } },
  );
}

function announce(name: 'order:created' | 'order:updated' | 'order:cancelled', order: Order): Announcement {
  return { name, data: orderData(order) };
}

/** How a state is announced that did not just change: for whoever may have missed the event that led to it. */
export function announceAgain(order: Order): Announcement {
  if (order.status === 'created') return announce('order:created', order);
  return announce(order.status === 'cancelled' ? 'order:cancelled' : 'order:updated', order);
}

function orderData(order: Order): EventData<'order:updated'> {
  return {
    id: order._id,
    version: order.version,
    status: order.status,
    reason: order.reason,
    userId: order.userId,
    slotSeq: order.slotSeq,
    expiresAt: order.expiresAt.toISOString(),
    ticketConfirmed: order.ticketConfirmed,
    paymentAuthorized: order.paymentAuthorized,
    ticket: order.ticket,
    payment: order.payment,
    createdAt: order.createdAt.toISOString(),
  };
}

/** An order as its buyer sees it. */
export function publicOrder(order: Order) {
  const { version: _, amount, ...ticket } = order.ticket;
  return {
    id: order._id,
    version: order.version,
    status: order.status,
    ...(order.reason && { reason: order.reason }),
    userId: order.userId,
    expiresAt: order.expiresAt.toISOString(),
    serverNow: new Date().toISOString(),
    ticket: { ...ticket, price: toPrice(amount, ticket.currency) },
    ...(order.payment && { payment: order.payment }),
    history: order.history.map((entry) => ({ ...entry, at: entry.at.toISOString() })),
    createdAt: order.createdAt.toISOString(),
  };
}
