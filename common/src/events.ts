import { z } from 'zod';

const id = z.string().regex(/^[0-9a-f]{24}$/, 'must be 24 hexadecimal digits');
const time = z.iso.datetime();
const version = z.int().min(0);
const minorUnits = z.int().min(1).max(99_999_999);
const currency = z.string().regex(/^[a-z]{3}$/, 'must be an ISO 4217 code in lower case');

/** What the things for sale are sorted by. */
export const Category = z.enum(['music', 'theatre', 'sport', 'festival', 'comedy', 'classical', 'other']);
export type Category = z.infer<typeof Category>;

export const TicketStatus = z.enum(['available', 'reserved', 'sold', 'withdrawn']);
export type TicketStatus = z.infer<typeof TicketStatus>;

export const OrderStatus = z.enum(['created', 'awaiting:payment', 'complete', 'cancelled', 'refunded']);
export type OrderStatus = z.infer<typeof OrderStatus>;

/** Why an order was cancelled: by its buyer, by time, because the ticket was gone, because the capture failed. */
export const CancelReason = z.enum(['buyer', 'expired', 'refused', 'payment_failed']);
export type CancelReason = z.infer<typeof CancelReason>;

export const PaymentStatus = z.enum([
  'open',
  'pending',
  'requires_action',
  'authorized',
  'capturing',
  'captured',
  'voiding',
  'voided',
  'failed',
  'refunding',
  'refunded',
]);
export type PaymentStatus = z.infer<typeof PaymentStatus>;

const eventDetails = {
  startsAt: time.optional(),
  timeZone: z.string().optional(),
  venue: z.string().optional(),
  city: z.string().optional(),
  seat: z.string().optional(),
};

const ticketData = z.strictObject({
  id,
  version,
  status: TicketStatus,
  title: z.string(),
  amount: minorUnits,
  currency,
  userId: id,
  orderId: id.nullable(),
  reservationSeq: z.int().min(0),
  ...eventDetails,
  category: Category.optional(),
  faceAmount: minorUnits.optional(),
  soldAt: time.optional(),
  createdAt: time,
  updatedAt: time,
});

/** The ticket as it was when the order was made; its price never changes for that order. */
const ticketSnapshot = z.strictObject({
  id,
  version,
  title: z.string(),
  amount: minorUnits,
  currency,
  sellerId: id,
  ...eventDetails,
});

const orderData = z.strictObject({
  id,
  version,
  status: OrderStatus,
  reason: CancelReason.nullable(),
  userId: id,
  reservationSeq: z.int().min(1),
  expiresAt: time,
  ticketConfirmed: z.boolean(),
  paymentAuthorized: z.boolean(),
  ticket: ticketSnapshot,
  payment: z.strictObject({ id, status: PaymentStatus }).nullable(),
  createdAt: time,
});

const paymentData = z.strictObject({
  id,
  version,
  orderId: id,
  userId: id,
  status: PaymentStatus,
  amount: minorUnits,
  currency,
  reason: z.enum(['capture_failed', 'voided', 'amount_mismatch']).optional(),
  refundedAmount: z.int().min(0),
});

/**
 * Every event of the system: its subject and the shape of its data. Data is the full public state of the
 * aggregate with its `version`; amounts are integer minor units, ids 24 hex digits, times ISO 8601 UTC.
 * TypeScript types, the checks on publish and on receipt, and docs/events.md come from here.
 */
export const events = {
  /** A seller listed a ticket. */
  'ticket:created': ticketData,
  /** A ticket changed: edited, reserved, freed, sold or withdrawn. */
  'ticket:updated': ticketData,
  /** An order asked for a ticket that is withdrawn or sold: that order cannot have it. */
  'ticket:reservation-refused': ticketData.extend({ refusedOrderId: id }),
  /** A buyer reserved a ticket; nobody else can buy it before `expiresAt`. */
  'order:created': orderData,
  /** An order changed otherwise than by creation or cancellation. */
  'order:updated': orderData,
  /** An order ended without a sale: cancelled by its buyer, expired, refused, or its capture failed. */
  'order:cancelled': orderData,
  /** The timer of an order fired; orders decides whether it is really due. */
  'expiration:complete': z.strictObject({ orderId: id, expiresAt: time }),
  /** The buyer's card is authorised; no money has moved. */
  'payment:authorized': paymentData,
  /** Money was captured. */
  'payment:created': paymentData,
  /** A capture failed for good, or an intent was voided. Never a decline. */
  'payment:failed': paymentData,
  /** Captured money went back to the buyer. */
  'payment:refunded': paymentData,
  /** A session (`sid`), or every session older than `sessionVersion` when `sid` is null, is over. */
  'session:ended': z.strictObject({ userId: id, sid: z.string().nullable(), sessionVersion: z.int().min(0) }),
  /** Somebody lost events: the owner of `subjects` publishes its current states again. */
  'resync:requested': z.strictObject({
    id: z.string(),
    subjects: z.array(z.string()).min(1),
    activeOnly: z.boolean(),
  }),
} as const;

export type EventName = keyof typeof events;
export type EventData<N extends EventName> = z.infer<(typeof events)[N]>;
export const eventNames = Object.keys(events) as EventName[];
/** The events that tell of an order; each carries the whole of it. */
export const orderEvents = [
  'order:created',
  'order:updated',
  'order:cancelled',
] as const satisfies EventName[];

/**
 * An event in its envelope, as it travels: CloudEvents 1.0, structured JSON mode
 * (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md).
 * `id` is `<aggregate>:<aggregate id>:<version>` and stays the same when the event is published again.
 */
export type CloudEvent<N extends EventName = EventName> = {
  specversion: '1.0';
  id: string;
  source: string;
  type: N;
  subject: string;
  time: string;
  datacontenttype: 'application/json';
  traceparent?: string;
  /** True when the state is published again on request (resync), not because it changed. */
  replay?: boolean;
  data: EventData<N>;
};

const envelope = z.object({
  specversion: z.literal('1.0'),
  id: z.string().min(1),
  source: z.string().min(1),
  type: z.enum(eventNames),
  subject: z.string().min(1),
  time,
  datacontenttype: z.literal('application/json'),
  traceparent: z.string().optional(),
  replay: z.boolean().optional(),
  data: z.unknown(),
});

/** Thrown when something is not the event it claims to be. `message` names every wrong field. */
export class InvalidEventError extends Error {
  override name = 'InvalidEventError';
}

/**
 * Checks an envelope and its data, on publish and on receipt.
 * @returns the same event, typed. Throws InvalidEventError naming each field that is wrong.
 */
export function checkEvent(value: unknown, expected?: EventName): CloudEvent {
  const outer = envelope.safeParse(value);
  if (!outer.success) throw new InvalidEventError(z.prettifyError(outer.error));
  if (expected && outer.data.type !== expected)
    throw new InvalidEventError(`expected ${expected}, got ${outer.data.type}`);
  const inner = events[outer.data.type].safeParse(outer.data.data);
  if (!inner.success) throw new InvalidEventError(`${outer.data.type}: ${z.prettifyError(inner.error)}`);
  return { ...outer.data, data: inner.data } as CloudEvent;
}

const MAX_EVENT_BYTES = 256 * 1024;

/** The event as it travels. Throws InvalidEventError when it is none, or larger than 256 KiB. */
export function serializeEvent(event: CloudEvent): string {
  const body = JSON.stringify(checkEvent(event));
  const size = Buffer.byteLength(body);
  if (size > MAX_EVENT_BYTES) throw new InvalidEventError(`${event.id}: ${size} bytes are too many`);
  return body;
}

/** Puts data into its envelope. `subject` is the aggregate's id; `id` identifies this version of it. */
export function cloudEvent<N extends EventName>(
  type: N,
  about: { id: string; source: string; subject: string; time?: Date; replay?: boolean },
  data: EventData<N>,
): CloudEvent<N> {
  return {
    specversion: '1.0',
    id: about.id,
    source: about.source,
    type,
    subject: about.subject,
    time: (about.time ?? new Date()).toISOString(),
    datacontenttype: 'application/json',
    ...(about.replay && { replay: true }),
    data,
  };
}
