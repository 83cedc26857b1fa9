import { Schema } from 'mongoose';
import type { Aggregate, CancelReason, DomainEvent, EventData, OrderStatus } from '@ticketing/common';
import {
  collectionOf,
  COUNT_TO,
  idempotencyIndex,
  indexesOnly,
  LastWritten,
  outboxField,
  readById,
  toPrice,
} from '@ticketing/common';
import { coalesce } from '../coalesce.ts';
import { db } from '../db.ts';
import type { Payment, Purchase } from '../purchase.ts';
import { liveStatuses } from '../purchase.ts';

type HistoryEntry = { at: Date; status: OrderStatus; event: string; reason?: CancelReason };

export type Order = Aggregate &
  Purchase & {
    userId: string;
    ticket: EventData<'order:created'>['ticket'];
    expiresAt: Date;
    /** The ticket's id while this order keeps the ticket, its own id afterwards. Unique: the database picks one buyer. */
    reservationKey: string;
    /** Sequence number of this reservation among all reservations of the ticket. */
    reservationSeq: number;
    /** The order's number among its buyer's live orders, from 1 to the limit. Unique for a buyer: the database counts. */
    place?: number | undefined;
    /** While this order keeps its buyer from reserving the ticket again. Unique for a buyer and a ticket. */
    claimed?: true | undefined;
    history: HistoryEntry[];
    /** The confirmation by the ticket has no event and no version. Not in `history`, which earlier releases return as it is. */
    confirmedSilently?: true;
    createdAt: Date;
    /** When to republish the order, unless the event it waits for has arrived by then. */
    republishAt?: Date | undefined;
    idempotencyKey?: string;
    idempotencyHash?: string;
  };

export const claimIndex = { name: 'userId_ticketId_claimed', unique: true } as const;
export const placeIndex = { name: 'userId_place', unique: true } as const;

const schema = new Schema<Order>(
  {
    _id: String,
    userId: String,
    ticket: Object,
    status: String,
    reason: String,
    expiresAt: Date,
    reservationKey: String,
    reservationSeq: Number,
    ticketConfirmed: Boolean,
    paymentAuthorized: Boolean,
    payment: Object,
    place: Number,
    claimed: Boolean,
    history: [Object],
    confirmedSilently: Boolean,
    createdAt: Date,
    republishAt: Date,
    idempotencyKey: String,
    idempotencyHash: String,
    outbox: outboxField,
  },
  indexesOnly,
);
// `reservationKey` first: a duplicate-key error names only the first index that refuses, and this one matters most.
schema.index({ reservationKey: 1 }, { name: 'reservationKey', unique: true });
schema.index({ 'ticket.id': 1, reservationSeq: -1 }, { name: 'ticketId_reservationSeq', unique: true });
schema.index(idempotencyIndex.fields, idempotencyIndex.options);
// The limits of a buyer, after what matters to all buyers. Orders made with the limits off are in neither index.
schema.index({ userId: 1, 'ticket.id': 1 }, { ...claimIndex, partialFilterExpression: { claimed: true } });
schema.index(
  { userId: 1, place: 1 },
  { ...placeIndex, partialFilterExpression: { place: { $exists: true } } },
);
schema.index({ userId: 1, createdAt: -1, _id: -1 });
schema.index({ userId: 1, status: 1, createdAt: -1, _id: -1 });
schema.index({ status: 1, expiresAt: 1 });
schema.index({ republishAt: 1 }, { sparse: true });
schema.index({ 'outbox.t': 1 }, { sparse: true });
export const Order = db.model<Order>('Order', schema);

export const orders = collectionOf(Order);
export const lastWrittenOrders = new LastWritten<Order>();
export const withoutOutbox = { projection: { outbox: 0 } } as const;

export function findOrder(id: string): Promise<Order | null> {
  return readById(Order, id);
}

/** The latest order on a ticket. If any order keeps the ticket, it is this one: each was inserted while the ticket was free. */
export const latestOrderOn = coalesce<Order | null>((ticketId) =>
  orders.findOne({ 'ticket.id': ticketId }, { ...withoutOutbox, sort: { reservationSeq: -1 } }),
);

/** The live orders of a buyer. */
export function liveOrdersOf(userId: string): Promise<Order[]> {
  return orders
    .find({ userId, status: { $in: liveStatuses } }, withoutOutbox)
    .sort({ createdAt: -1, _id: -1 })
    .toArray();
}

export function findOrders(filter: object, sort: Record<string, 1 | -1>, limit: number): Promise<Order[]> {
  return orders.find(filter, withoutOutbox).sort(sort).limit(limit).toArray();
}

/** How many orders match, counted up to `COUNT_TO`. */
export function countOrders(filter: object): Promise<number> {
  return orders.countDocuments(filter, { limit: COUNT_TO });
}

/** The event of a state, under the given name. */
export function orderEvent(
  name: 'order:created' | 'order:updated' | 'order:cancelled',
  order: Order,
): DomainEvent {
  return { name, data: orderData(order) };
}

/** The event that republishes an order's current state. */
export function currentOrderEvent(order: Order): DomainEvent {
  if (order.status === 'created') return orderEvent('order:created', order);
  return orderEvent(order.status === 'cancelled' ? 'order:cancelled' : 'order:updated', order);
}

function orderData(order: Order): EventData<'order:updated'> {
  return {
    id: order._id,
    version: order.version,
    status: order.status,
    reason: order.reason,
    userId: order.userId,
    reservationSeq: order.reservationSeq,
    expiresAt: order.expiresAt.toISOString(),
    // The confirmation alone has no version, so what a version publishes must be the same with and without it.
    ticketConfirmed: order.status !== 'created' && order.ticketConfirmed,
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
    ...(order.payment && { payment: publicPayment(order.payment, ticket.currency) }),
    history: order.history.map((entry) => ({ ...entry, at: entry.at.toISOString() })),
    createdAt: order.createdAt.toISOString(),
  };
}

function publicPayment({ id, status, refundedAmount, dispute }: Payment, currency: string) {
  return {
    id,
    status,
    ...(refundedAmount && { refundedAmount: toPrice(refundedAmount, currency) }),
    ...(dispute && { dispute: { ...dispute, amount: toPrice(dispute.amount, currency) } }),
  };
}
