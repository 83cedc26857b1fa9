import {
  toUpdate,
  smallestIdAt,
  outboxEntry,
  outboxField,
  readById,
  upsertWhere,
  versioned,
} from '@ticketing/common';
import type {
  Aggregate,
  DomainEvent,
  EventData,
  OrderStatus,
  OutboxEntry,
  PaymentStatus,
} from '@ticketing/common';
import { Schema } from 'mongoose';
import { nextStatus, publishedEvent } from '../charge.ts';
import type { Charge, ChargeStatus, Step, VoidReason } from '../charge.ts';
import { db } from '../db.ts';

/** One try with one card. Its token is a reference at Stripe, no card data. */
export type Attempt = {
  /** 0: made without a card, for the Payment Element. */
  n: number;
  at: Date;
  token?: string;
  /** The Idempotency-Key of the request and the digest of its parameters. */
  key?: string;
  digest?: string;
  outcome?: Outcome;
};
export type Outcome =
  | { is: 'declined'; code: string; message: string }
  | { is: 'invalid'; message: string }
  | { is: 'refused'; message: string }
  | { is: 'unavailable' };

export type StoredIntent = {
  id: string;
  clientSecret: string;
  amount: number;
  currency: string;
  nextActionUrl?: string;
};

/**
 * The money of one order; its id is the order's id. Born as a replica of the order, with nothing published: version 0.
 * The replica lives under `order`, with a version of its own. `version` grows only with a published event; all other
 * writes are guarded by status, attempt and cancelRequested.
 */
export type Payment = Aggregate & {
  order: {
    version: number;
    status: OrderStatus;
    reason: EventData<'order:created'>['reason'];
    userId: string;
    sellerId: string;
    amount: number;
    currency: string;
    expiresAt: Date;
  };
  status: ChargeStatus;
  attempt: number;
  attempts: Attempt[];
  /** The Idempotency-Keys that made something, unique for this buyer over all orders. */
  requestKeys?: string[];
  cancelRequested: boolean;
  intent?: StoredIntent;
  /** The number in the next idempotency key at Stripe, each. */
  keys: { create: number; capture: number; cancel: number; refund: number };
  reason?: VoidReason;
  refundReason?: string;
  refundedAmount: number;
  /** The status that the last event told. */
  announced?: PaymentStatus;
  since: Date;
  /** When the worker has to look at it; absent when nothing is to be done. */
  dueAt?: Date;
  /** How often it was looked at in vain since the status changed. */
  tries: number;
  lookedAt?: Date;
};

const required = { type: String, required: true } as const;
const count = { type: Number, required: true } as const;
const schema = new Schema(
  {
    _id: required,
    version: count,
    order: {
      version: count,
      status: required,
      reason: { type: String, default: null },
      userId: required,
      sellerId: required,
      amount: count,
      currency: required,
      expiresAt: { type: Date, required: true },
    },
    status: required,
    attempt: count,
    attempts: [Object],
    requestKeys: { type: [String], default: undefined },
    cancelRequested: { type: Boolean, required: true },
    intent: Object,
    keys: { create: count, capture: count, cancel: count, refund: count },
    reason: String,
    refundReason: String,
    refundedAmount: count,
    announced: String,
    since: { type: Date, required: true },
    dueAt: Date,
    tries: count,
    lookedAt: Date,
    outbox: outboxField,
  },
  { ...versioned, collection: 'payments' },
);
schema.index({ 'outbox.t': 1 }, { sparse: true });
schema.index({ dueAt: 1 }, { sparse: true });
schema.index({ 'intent.id': 1 }, { sparse: true });
schema.index(
  { 'order.userId': 1, requestKeys: 1 },
  { name: 'request_key', unique: true, partialFilterExpression: { requestKeys: { $exists: true } } },
);
export const Payment = db.model<Payment>('Payment', schema as never);

const SECOND = 1_000;
const DAY_MS = 24 * 60 * 60 * SECOND;
/** When the worker takes up what this process may have left behind, or looks at what may have changed at Stripe. */
const dueAfterMs: Partial<Record<ChargeStatus, number>> = {
  open: 5 * SECOND,
  requires_action: 5 * SECOND,
  pending: 10 * SECOND,
  authorized: 10 * SECOND,
  capturing: 10 * SECOND,
  voiding: 10 * SECOND,
  refunding: 10 * SECOND,
};

export function payments() {
  return db.connection.collection<Payment>('payments');
}

const withoutOutbox = { projection: { outbox: 0 } } as const;

export async function findPayment(
  filter: { _id: string } | { 'intent.id': string },
): Promise<Payment | null> {
  if ('_id' in filter) return readById(Payment, filter._id);
  return payments().findOne<Payment>(filter, withoutOutbox);
}

/** Keeps what an order's event tells, if it is newer than what is here; whichever event comes first makes the document. */
export async function rememberOrder(event: EventData<'order:created'>): Promise<void> {
  const { id, version, status, reason, userId, ticket } = event;
  const { sellerId, amount, currency } = ticket;
  const expiresAt = new Date(event.expiresAt);
  const order = { version, status, reason, userId, sellerId, amount, currency, expiresAt };
  const isOlder = { 'order.version': { $lt: version } };
  await upsertWhere(Payment, { _id: id, ...isOlder }, { $set: { order }, $setOnInsert: unborn() });
}

/** What was tried between two times and has a PaymentIntent. */
export function triedBetween(from: Date, to: Date) {
  return {
    // Ids begin with the time of the order's birth, and an order lives for much less than a day before it is tried.
    _id: { $gte: smallestIdAt(from.getTime() - DAY_MS) },
    'attempts.0.at': { $gt: from, $lt: to },
    'intent.id': { $exists: true },
  };
}

function unborn(): Omit<Payment, '_id' | 'order'> {
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

/** What the rules need to know. */
export function chargeOf({ status, cancelRequested, reason, intent, order }: Payment): Charge {
  const amountAgrees = intent?.amount === order.amount && intent.currency === order.currency;
  return { status, cancelRequested, reason, amountAgrees };
}

/** A field set to undefined is removed. */
type Changes = {
  [F in Exclude<keyof Payment, '_id' | 'order' | 'outbox' | 'version'>]?: Payment[F] | undefined;
};

/**
 * Takes one step of the table in one write, with its event where the new status has one.
 * @returns the document with only the new event in `outbox`, or undefined when somebody else was faster.
 */
export async function move(
  payment: Payment,
  step: Step,
  changes: Changes = {},
  guard: Record<string, unknown> = {},
): Promise<Payment | undefined> {
  const status = nextStatus(payment.status, step);
  const now = new Date();
  const dueMs = dueAfterMs[status];
  const next = { ...payment, ...changes, status } as Payment;
  const entries: OutboxEntry[] = [];
  if (publishedEvent[status] && status !== 'none') {
    next.version = payment.version + 1;
    next.announced = status;
    entries.push(outboxEntry('payment', next, paymentEvent(next)));
  }
  const { version, announced } = next;
  const dueAt = dueMs === undefined ? undefined : new Date(now.getTime() + dueMs);
  const moved = await write(
    payment,
    { dueAt, tries: 0, ...changes, status, since: now },
    { version, ...(announced && { announced }) },
    guard,
    entries,
  );
  return moved && { ...moved, outbox: entries };
}

/** Bookkeeping that nobody else sees. @returns undefined when the payment has moved on meanwhile. */
export async function note(payment: Payment, changes: Changes): Promise<Payment | undefined> {
  return write(payment, changes, {}, {}, []);
}

async function write(
  { _id, version, status, attempt, cancelRequested }: Payment,
  changes: Changes,
  more: Partial<Payment>,
  guard: Record<string, unknown>,
  entries: OutboxEntry[],
): Promise<Payment | undefined> {
  const written = await payments().findOneAndUpdate(
    { _id, version, status, attempt, cancelRequested, ...guard },
    {
      ...toUpdate({ ...more, ...changes }),
      ...(entries.length > 0 && { $push: { outbox: { $each: entries } } }),
    },
    { returnDocument: 'after', ...withoutOutbox },
  );
  return written ?? undefined;
}

/** The last event again: what it told stays true until the next one. */
export function paymentEvent(payment: Payment): DomainEvent {
  const { _id, version, order, announced = 'open', reason, refundedAmount } = payment;
  const name = publishedEvent[announced];
  if (!name) throw new Error(`Payment ${_id} has told nothing yet`);
  return {
    name,
    data: {
      id: _id,
      version,
      orderId: _id,
      userId: order.userId,
      status: announced,
      amount: order.amount,
      currency: order.currency,
      ...(name === 'payment:failed' && reason && { reason }),
      refundedAmount: announced === 'refunded' ? refundedAmount : 0,
    },
  };
}

/** Whether a new card may still be tried: the order is alive, whatever the clock says. */
export function isOrderAlive({ order }: Payment): boolean {
  return order.status === 'created';
}
