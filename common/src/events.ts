import { z } from 'zod';
import { LARGEST_AMOUNT } from './money.ts';

const id = z.string().regex(/^[0-9a-f]{24}$/, 'must be 24 hexadecimal digits');
const time = z.iso.datetime();
const version = z.int().min(0);
const minorUnits = z.int().min(1).max(LARGEST_AMOUNT);
// Only the form: a stored listing in a currency that has left the table must still be publishable.
const currency = z.string().regex(/^[a-z]{3}$/, 'must be an ISO 4217 code in lower case');

/** The categories of tickets. */
export const Category = z.enum(['music', 'theatre', 'sport', 'festival', 'comedy', 'classical', 'other']);
export type Category = z.infer<typeof Category>;

export const TicketStatus = z.enum(['available', 'reserved', 'sold', 'withdrawn']);
export type TicketStatus = z.infer<typeof TicketStatus>;

export const OrderStatus = z.enum(['created', 'awaiting:payment', 'complete', 'cancelled', 'refunded']);
export type OrderStatus = z.infer<typeof OrderStatus>;

/**
 * Why an order was canceled (by its buyer, expired, ticket unavailable, capture failed), or refunded other than by a
 * refund: the bank decided a dispute for the buyer.
 */
export const CancelReason = z.enum(['buyer', 'expired', 'refused', 'payment_failed', 'dispute_lost']);
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

/** The status of a dispute, as Stripe names it. */
export const DisputeStatus = z.enum([
  'warning_needs_response',
  'warning_under_review',
  'warning_closed',
  'needs_response',
  'under_review',
  'won',
  'lost',
  'prevented',
]);
export type DisputeStatus = z.infer<typeof DisputeStatus>;

/** The buyer's dispute of a captured payment at the bank. */
const dispute = z.strictObject({
  id: z.string(),
  status: DisputeStatus,
  amount: z.int().min(0),
  /** Until when the bank accepts evidence. */
  evidenceDueBy: time.optional(),
});

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
  /** The same for all tickets of one event. Absent in a ticket that an earlier version stored. */
  eventId: id.optional(),
  ...eventDetails,
  category: Category.optional(),
  faceAmount: minorUnits.optional(),
  soldAt: time.optional(),
  createdAt: time,
  updatedAt: time,
});

/** The ticket when the order was placed; its price never changes for that order. */
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
  /** False while the order is created: the confirmation alone publishes nothing. */
  ticketConfirmed: z.boolean(),
  paymentAuthorized: z.boolean(),
  ticket: ticketSnapshot,
  payment: z
    .strictObject({
      id,
      status: PaymentStatus,
      version: version.optional(),
      refundedAmount: z.int().min(0).optional(),
      dispute: dispute.optional(),
    })
    .nullable(),
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
  reason: z.enum(['capture_failed', 'voided', 'amount_mismatch', 'dispute_lost']).optional(),
  /** What the buyer has back: refunds and lost disputes. */
  refundedAmount: z.int().min(0),
  dispute: dispute.optional(),
  /** Only in `payment:refunded`: the seller ended this sale by returning all that was left of the payment. */
  sellerRefund: z.strictObject({ sellerId: id, at: time }).optional(),
});

/** What an operator can do to a user, a listing, a report or a dead letter. */
export const OperatorActionName = z.enum([
  'operator_granted',
  'operator_revoked',
  'user_suspended',
  'user_restored',
  'selling_restored',
  'listing_taken_down',
  'listing_restored',
  'report_resolved',
  'dead_letter_retried',
  'dead_letter_dropped',
]);
export type OperatorActionName = z.infer<typeof OperatorActionName>;

const operatorAction = z.strictObject({
  id,
  at: time,
  /** Null for a command on the servers, which has no session. */
  operatorId: id.nullable(),
  action: OperatorActionName,
  /** The id of what the action was on. */
  target: z.string().min(1),
  reason: z.string().min(1),
});

/**
 * Every event of the system: its subject and the shape of its data. Data is the full public state of the
 * aggregate with its `version`; amounts are integer minor units, ids 24 hex digits, times ISO 8601 UTC.
 * The TypeScript types, the validation on publish and on receipt (check-event.ts), and docs/events.md are derived from
 * these schemas. Every release has examples of its events in common/fixtures/events, which later versions still read.
 */
export const events = {
  /** A seller listed a ticket. */
  'ticket:created': ticketData,
  /** A ticket changed: edited, reserved, released, sold or withdrawn. */
  'ticket:updated': ticketData,
  /** A reservation was refused because the ticket is withdrawn or sold. */
  'ticket:reservation-refused': ticketData.extend({ refusedOrderId: id }),
  /** A buyer reserved a ticket; no one else can buy it before `expiresAt`. */
  'order:created': orderData,
  /** An order changed, other than by being placed, canceled, or confirmed by its ticket before its payment. */
  'order:updated': orderData,
  /** An order ended without a sale: canceled by its buyer, expired, refused, or its capture failed. */
  'order:cancelled': orderData,
  /** The timer of an order fired; orders decides whether the order has expired. */
  'expiration:complete': z.strictObject({ orderId: id, expiresAt: time }),
  /** The payment is authorized; no money has moved. */
  'payment:authorized': paymentData,
  /** The payment is captured; published again when a part is refunded, or a dispute opens or changes. */
  'payment:created': paymentData,
  /** A capture failed permanently, or the authorization was voided. Not published for a decline. */
  'payment:failed': paymentData,
  /** The buyer has all of the captured amount back, by refunds or a lost dispute. */
  'payment:refunded': paymentData,
  /** What other services need to know of a user changed: whether the user may list tickets, or is suspended altogether. */
  'user:updated': z.strictObject({
    id,
    version,
    sellingSuspended: z.boolean(),
    suspended: z.boolean().optional(),
  }),
  /** A session (`sid`) ended, or, when `sid` is null, every session older than `sessionVersion`. */
  'session:ended': z.strictObject({ userId: id, sid: z.string().nullable(), sessionVersion: z.int().min(0) }),
  /** An operator acted; auth appends it to the audit log. */
  'operator:acted': operatorAction,
  /** A service may have lost events: the publishers of `subjects` republish their current states. */
  'resync:requested': z.strictObject({
    id: z.string(),
    subjects: z.array(z.string()).min(1),
    activeOnly: z.boolean(),
  }),
} as const;

export type EventName = keyof typeof events;
export type EventData<N extends EventName> = z.infer<(typeof events)[N]>;
/** The names of all events. */
export const eventNames = Object.keys(events) as EventName[];
/** The events about an order; each contains the whole order. */
export const orderEvents = [
  'order:created',
  'order:updated',
  'order:cancelled',
] as const satisfies EventName[];

/**
 * An event in its envelope: CloudEvents 1.0, structured JSON mode
 * (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md).
 * `id` is `<aggregate>:<aggregate id>:<version>` and stays the same when the event is republished.
 */
export type CloudEvent<N extends EventName = EventName> = {
  specversion: '1.0';
  id: string;
  source: string;
  type: N;
  subject: string;
  time: string;
  datacontenttype: 'application/json';
  /** What caused the event: https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/distributed-tracing.md. */
  traceparent?: string;
  /** True when the state was republished on request (resync), not because it changed. */
  replay?: boolean;
  data: EventData<N>;
};

/** Puts data into an envelope. `subject` is the aggregate's id; `id` identifies this version of the aggregate. */
export function cloudEvent<N extends EventName>(
  type: N,
  about: {
    id: string;
    source: string;
    subject: string;
    time?: Date;
    replay?: boolean;
    traceparent?: string | undefined;
  },
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
    ...(about.traceparent && { traceparent: about.traceparent }),
    ...(about.replay && { replay: true }),
    data,
  };
}
