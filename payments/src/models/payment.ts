import { Schema } from 'mongoose';
import type { Aggregate, EventData, OrderStatus, PaymentStatus } from '@ticketing/common';
import { COUNT_TO, indexesOnly, outboxField, readById, smallestIdAt, upsertWhere } from '@ticketing/common';
import type { RefusalCode } from '../answer-codes.ts';
import type { Charge, ChargeStatus, EndReason } from '../charge.ts';
import { db } from '../db.ts';
import type { Dispute } from '../returned-money.ts';

/** One attempt with one card. Its token is a reference at Stripe, not card data. */
export type Attempt = {
  /** 0: without a card, for the Payment Element. */
  n: number;
  at: Date;
  token?: string;
  /** The keyed hash of the payer's network, for the declines of a network. */
  network?: string;
  /** The Idempotency-Key of the request and a digest of its parameters. */
  key?: string;
  digest?: string;
  outcome?: Outcome;
};
export type Outcome =
  | { is: 'declined'; code: string; message: string }
  | { is: 'invalid'; message: string }
  | { is: 'refused' }
  | { is: 'unavailable' };

/** A refund that the seller requested: of `amount`, or of all that is left. */
export type RefundRequest = {
  n: number;
  at: Date;
  amount?: number;
  /** The Idempotency-Key of the request and a digest of its parameters. */
  key?: string;
  digest?: string;
};

export type StoredIntent = {
  id: string;
  clientSecret: string;
  amount: number;
  currency: string;
  nextActionUrl?: string;
};

/**
 * The payment of one order; its id is the order's id. It is created as a replica of the order, at version 0 with nothing
 * published. The replica is under `order`, with its own version. `version` grows only with a published event; all other
 * writes are guarded by status, attempt and cancelRequested.
 */
export type Payment = Aggregate & {
  order: {
    version: number;
    status: OrderStatus;
    reason: EventData<'order:created'>['reason'];
    userId: string;
    sellerId: string;
    /** Absent for orders from before it was stored. */
    ticketId?: string;
    amount: number;
    currency: string;
    expiresAt: Date;
  };
  status: ChargeStatus;
  attempt: number;
  attempts: Attempt[];
  /** The Idempotency-Keys of requests that took effect; unique per buyer over all orders. */
  requestKeys?: string[];
  cancelRequested: boolean;
  intent?: StoredIntent;
  /** Why Stripe never creates a PaymentIntent for this order. */
  refusal?: { code: RefusalCode; message: string };
  /** The number in the next idempotency key at Stripe, per call. */
  keys: { create: number; capture: number; cancel: number; refund: number };
  reason?: EndReason;
  /** The refunds that the seller requested; the last one is in flight while the status is `refunding`. */
  refunds?: RefundRequest[];
  refundReason?: string;
  /** What the buyer has back: refunds of the seller or at Stripe's dashboard, and lost disputes. */
  refundedAmount: number;
  dispute?: Dispute;
  /** The status in the last published event. */
  publishedStatus?: PaymentStatus;
  since: Date;
  /** When the worker processes it next; absent when there is nothing to do. */
  dueAt?: Date;
  /** Attempts of the worker that changed nothing, since the status changed. */
  tries: number;
  /** When the PaymentIntent was last retrieved. */
  lookedAt?: Date;
};

const schema = new Schema<Payment>(
  {
    _id: String,
    order: Object,
    status: String,
    attempt: Number,
    attempts: [Object],
    requestKeys: { type: [String], default: undefined },
    cancelRequested: Boolean,
    intent: Object,
    refusal: Object,
    keys: Object,
    reason: String,
    refunds: { type: [Object], default: undefined },
    refundReason: String,
    refundedAmount: Number,
    dispute: Object,
    publishedStatus: String,
    since: Date,
    dueAt: Date,
    tries: Number,
    lookedAt: Date,
    outbox: outboxField,
  },
  { ...indexesOnly, collection: 'payments' },
);
schema.index({ 'outbox.t': 1 }, { sparse: true });
schema.index({ dueAt: 1 }, { sparse: true });
schema.index({ 'intent.id': 1 }, { sparse: true });
schema.index({ 'dispute.status': 1 }, { sparse: true });
// The two halves of `returnedOf`; few payments are in them.
const isReturned = { refundedAmount: { $gt: 0 } };
const isDisputed = { 'dispute.id': { $exists: true } };
for (const [name, partialFilterExpression] of Object.entries({ returned: isReturned, disputed: isDisputed }))
  schema.index({ 'order.sellerId': 1, _id: -1 }, { name, partialFilterExpression });
schema.index(
  { 'order.userId': 1, requestKeys: 1 },
  { name: 'request_key', unique: true, partialFilterExpression: { requestKeys: { $exists: true } } },
);
export const Payment = db.model<Payment>('Payment', schema);

const DAY_MS = 24 * 60 * 60 * 1_000;

export function payments() {
  return db.connection.collection<Payment>('payments');
}

export const withoutOutbox = { projection: { outbox: 0 } } as const;

export async function findPayment(
  filter: { _id: string } | { 'intent.id': string },
): Promise<Payment | null> {
  if ('_id' in filter) return readById(Payment, filter._id);
  return payments().findOne<Payment>(filter, withoutOutbox);
}

/** A filter for the payments to a seller of which money went back, or that are disputed. */
export function returnedOf(sellerId: string) {
  return { $or: [isReturned, isDisputed].map((half) => ({ 'order.sellerId': sellerId, ...half })) };
}

export function findReturned(
  sellerId: string,
  beyond: object,
  sort: Record<string, 1 | -1>,
  limit: number,
): Promise<Payment[]> {
  const filter = { ...returnedOf(sellerId), ...beyond };
  return payments().find(filter, withoutOutbox).sort(sort).limit(limit).toArray();
}

/** How many there are, counted up to `COUNT_TO`. */
export function countReturned(sellerId: string): Promise<number> {
  return payments().countDocuments(returnedOf(sellerId), { limit: COUNT_TO });
}

/** Stores the order of an event if it is newer than the replica. The first event creates the document. */
export async function storeOrder(event: EventData<'order:created'>): Promise<void> {
  const order = toReplica(event);
  const filter = { _id: event.id, ...isOlderThan(order) };
  await upsertWhere(Payment, filter, { $set: { order }, $setOnInsert: initialPayment() });
}

/** What an event says about its order, as it is stored. */
export function toReplica(event: EventData<'order:created'>): Payment['order'] {
  const { version, status, reason, userId, ticket } = event;
  const { sellerId, amount, currency } = ticket;
  return {
    version,
    status,
    reason,
    userId,
    sellerId,
    ticketId: ticket.id,
    amount,
    currency,
    expiresAt: new Date(event.expiresAt),
  };
}

/** A filter for the payments whose replica of the order is older. */
export function isOlderThan({ version }: Payment['order']) {
  return { 'order.version': { $lt: version } };
}

/** A filter for payments with a PaymentIntent whose first attempt was between two times. */
export function attemptedBetween(from: Date, to: Date) {
  return {
    // Ids start with the time of the order's creation, and the first attempt comes much less than a day later.
    _id: { $gte: smallestIdAt(from.getTime() - DAY_MS) },
    'attempts.0.at': { $gt: from, $lt: to },
    'intent.id': { $exists: true },
  };
}

function initialPayment(): Omit<Payment, '_id' | 'order'> {
  return {
    version: 0,
    outbox: [],
    status: 'none',
    attempt: 0,
    attempts: [],
    cancelRequested: false,
    keys: { create: 1, capture: 1, cancel: 1, refund: 1 },
    refundedAmount: 0,
    since: new Date(),
    tries: 0,
  };
}

/** The fields that the rules read. */
export function chargeOf({ status, cancelRequested, reason, intent, order }: Payment): Charge {
  const amountAgrees = intent?.amount === order.amount && intent.currency === order.currency;
  return { status, cancelRequested, reason, amountAgrees };
}

/** Whether a new card may still be tried: the order is alive, regardless of the clock. */
export function isOrderAlive({ order }: Payment): boolean {
  return order.status === 'created';
}
