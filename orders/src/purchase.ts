import type { CancelReason, EventData, OrderStatus, TicketStatus } from '@ticketing/common';
import { ConflictError } from '@ticketing/common';

/**
 * A purchase, from the buyer's click until the ticket is theirs or free again.
 *
 *     created ─authorize→ awaiting:payment ─capture→ complete ─refund→ refunded
 *        └─cancel, expire, refuse→ cancelled ←─fail─┘ (of awaiting:payment)
 *
 * `awaiting:payment` is the point of no return: payments captures, so neither expiry nor the buyer may end the order.
 */
const purchase: Record<OrderStatus, Partial<Record<Step, OrderStatus>>> = {
  created: { authorize: 'awaiting:payment', cancel: 'cancelled', expire: 'cancelled', refuse: 'cancelled' },
  'awaiting:payment': { capture: 'complete', fail: 'cancelled' },
  complete: { refund: 'refunded' },
  cancelled: {},
  refunded: {},
};

export const steps = ['authorize', 'capture', 'fail', 'refund', 'cancel', 'expire', 'refuse'] as const;
export type Step = (typeof steps)[number];

/** For facts: the next status, or undefined when the fact changes nothing. */
export function nextStatus(status: OrderStatus, step: Step): OrderStatus | undefined {
  return purchase[status][step];
}

/** For requests: the next status. Throws ConflictError when the status does not allow the step. */
export function advance(status: OrderStatus, step: Step): OrderStatus {
  const next = nextStatus(status, step);
  if (next) return next;
  if (status === 'awaiting:payment')
    throw new ConflictError('payment_in_progress', 'This order is being paid, it cannot be changed now');
  throw new ConflictError('order_final', `This order is ${status}, it can no longer be changed`);
}

/** The payment as last published: what went back to the buyer, and a dispute at the bank. */
export type Payment = NonNullable<EventData<'order:updated'>['payment']>;

/** The fields of an order that the rules read and change. */
export type Purchase = {
  status: OrderStatus;
  reason: CancelReason | null;
  ticketConfirmed: boolean;
  paymentAuthorized: boolean;
  payment: Payment | null;
};

/**
 * What can happen to an order, named by its event. `ticket:updated` is one whose `orderId` is this order,
 * `order:cancelled` is the buyer's request, `expiration:complete` is expiry by the clock of the database.
 */
export type Fact =
  | { event: 'ticket:updated' | 'ticket:reservation-refused' | 'expiration:complete' | 'order:cancelled' }
  | {
      event: 'payment:authorized' | 'payment:created' | 'payment:failed' | 'payment:refunded';
      payment: Payment;
      /** The payment is not of this order's buyer, amount or currency. */
      differs?: boolean;
    };

const stepOf = {
  'order:cancelled': 'cancel',
  'expiration:complete': 'expire',
  'ticket:reservation-refused': 'refuse',
  'payment:created': 'capture',
  'payment:failed': 'fail',
  'payment:refunded': 'refund',
} as const satisfies Partial<Record<Fact['event'], Step>>;

const reasonOf: Partial<Record<Step, CancelReason>> = {
  cancel: 'buyer',
  expire: 'expired',
  refuse: 'refused',
  fail: 'payment_failed',
};

/** Whether a payment is not the one that the order requires: of its buyer, exactly its amount and currency. */
export function paymentDiffers(
  order: { userId: string; ticket: { amount: number; currency: string } },
  payment: { userId: string; amount: number; currency: string },
): boolean {
  const { amount, currency } = order.ticket;
  return payment.userId !== order.userId || payment.amount !== amount || payment.currency !== currency;
}

/** What a fact changes in an order, or undefined when it changes nothing. A fact is never refused. */
export function applyFact(order: Purchase, fact: Fact): Partial<Purchase> | undefined {
  if (fact.event === 'ticket:updated') return confirm(order);
  if ('differs' in fact && fact.differs) {
    if (fact.event === 'payment:authorized') return undefined;
    if (fact.event === 'payment:created') return rejectCapture(order, fact.payment);
  }
  if (fact.event === 'payment:authorized') return authorize(order, fact.payment);
  const step = stepOf[fact.event];
  const status = nextStatus(order.status, step);
  const payment = 'payment' in fact ? fact.payment : undefined;
  const isLost = step === 'refund' && payment?.dispute?.status === 'lost';
  const reason = isLost ? 'dispute_lost' : reasonOf[step];
  if (status) return { status, ...(reason && { reason }), ...(payment && { payment }) };
  if (!payment) return undefined;
  return order.status === 'cancelled' ? recordPayment(order, step, payment) : recordReturn(order, payment);
}

/** The second of the two flags also moves the order to `awaiting:payment`, in the same write. */
function confirm(order: Purchase): Partial<Purchase> | undefined {
  const status = nextStatus(order.status, 'authorize');
  if (!status || order.ticketConfirmed) return undefined;
  return { ticketConfirmed: true, ...(order.paymentAuthorized && { status }) };
}

/**
 * An order with both flags that is still created goes on when the authorization is published again: during a roll-out, a
 * process of a release before decision 47 does not see a confirmation without an event.
 */
function authorize(order: Purchase, payment: Payment): Partial<Purchase> | undefined {
  const status = nextStatus(order.status, 'authorize');
  if (!status || (order.paymentAuthorized && !order.ticketConfirmed)) return undefined;
  return { paymentAuthorized: true, payment, ...(order.ticketConfirmed && { status }) };
}

/** Whether a change publishes nothing: no service acts on the confirmation alone, and the next event of the order has it. */
export function isSilent({ ticketConfirmed, status }: Partial<Purchase>): boolean {
  return ticketConfirmed === true && status === undefined;
}

/**
 * A captured payment that differs ends the order: payments refunds what it captured for a cancelled order, so no money
 * is kept. An authorization that differs only changes nothing: the order expires, and payments voids it.
 */
function rejectCapture(order: Purchase, payment: Payment): Partial<Purchase> | undefined {
  const status = nextStatus(order.status, 'fail');
  return status && { status, reason: 'payment_failed', payment };
}

/** Records once what became of a cancelled order's money; `refunded` is final. */
function recordPayment(order: Purchase, step: Step, payment: Payment): Partial<Purchase> | undefined {
  const known = order.payment?.status;
  if ((step !== 'fail' && step !== 'refund') || known === payment.status || known === 'refunded')
    return undefined;
  return { payment };
}

/** Records what went back to the buyer of a complete or refunded order, and a dispute, unless something newer is known. */
function recordReturn({ status, payment: known }: Purchase, payment: Payment): Partial<Purchase> | undefined {
  const isOfStatus = status === 'complete' ? payment.status === 'captured' : status === 'refunded';
  if (!isOfStatus || known?.status !== payment.status) return undefined;
  const isNewer = (payment.version ?? 0) > (known.version ?? 0);
  return isNewer && describe(known) !== describe(payment) ? { payment } : undefined;
}

function describe({ refundedAmount = 0, dispute }: Payment): string {
  return [refundedAmount, dispute?.id, dispute?.status, dispute?.amount, dispute?.evidenceDueBy].join();
}

/** Whether an order with this status keeps its ticket from other buyers. */
export function keepsTicket(status: OrderStatus): boolean {
  return status !== 'cancelled';
}

/** The statuses of an order that may still become complete. */
export const liveStatuses: OrderStatus[] = ['created', 'awaiting:payment'];

/** Whether an order with this status counts toward its buyer's limit of reservations. */
export function isLive(status: OrderStatus): boolean {
  return liveStatuses.includes(status);
}

/** Whether only the expiry of an order is missing. */
export function isOverdue(
  { status, expiresAt }: { status: OrderStatus; expiresAt: Date },
  now: number,
): boolean {
  return status === 'created' && expiresAt.getTime() <= now;
}

/** The error for a buyer whose ticket is kept by another order with this status. */
export function takenError(status: OrderStatus): ConflictError {
  if (status === 'complete') return new ConflictError('ticket_sold', 'This ticket is sold');
  if (status === 'refunded') return new ConflictError('ticket_withdrawn', 'This ticket is no longer offered');
  return new ConflictError('ticket_reserved', 'Another buyer has reserved this ticket');
}

/** What the buyer saw and agrees to: the amount, and the version of the ticket. */
export type Agreed = { amount?: number | undefined; version?: number | undefined };

/**
 * Why a ticket cannot be reserved, as far as the replica knows. `reserved` is no reason: the replica may lag behind, and
 * the order that keeps the ticket decides. A change of what the buyer need not agree to, such as the status, raises the
 * version but is no reason either.
 */
export function reservationError(
  ticket: { status: TicketStatus; amount: number; startsAt: string | null; factsVersion?: number },
  agreed: Agreed,
  now: number,
): ConflictError | undefined {
  if (ticket.status === 'sold') return takenError('complete');
  if (ticket.status === 'withdrawn') return takenError('refunded');
  if (ticket.startsAt && Date.parse(ticket.startsAt) <= now)
    return new ConflictError('event_over', 'This event has started or is over');
  if (agreed.amount !== undefined && agreed.amount !== ticket.amount)
    return new ConflictError('price_changed', 'The price of this ticket has changed');
  if (agreed.version !== undefined && agreed.version < (ticket.factsVersion ?? 0))
    return new ConflictError(
      'listing_changed',
      'The seller has changed this listing, please look at it again',
    );
  return undefined;
}
