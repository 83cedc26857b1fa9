/**
 * One state of the whole system in small integers: the documents of each service, the events between them that are not
 * handled yet, and what Stripe has done. `history` and `charge` are indexes into the model's histories and charges.
 */
export type State = { ticket: TicketPart; orders: OrderPart[] };

const noTicket = {
  /** The ticket in tickets, with all its versions. */
  history: 0,
  /** How many of its versions the replica in orders has. */
  replicated: 0,
  /** The versions that orders has not handled yet, one bit each. */
  pendingInOrders: 0,
  /** The versions that are committed and not published yet, one bit each. */
  unpublished: 0,
  edits: 0,
  /** How often Stripe has failed with a 5xx. */
  stripeErrors: 0,
  /** Whether an event was lost. */
  lostEvent: 0,
  /** A reservation number that was read and is not used yet. */
  readSeq: 0,
};
export type TicketPart = typeof noTicket;

const noOrder = {
  /** The order in orders, with all its versions. */
  history: 0,
  seq: 0,
  /** The versions that tickets and payments have not handled yet, and those not published yet, one bit each. */
  pendingInTickets: 0,
  pendingInPayments: 0,
  unpublished: 0,
  /** How many of its versions the replica in payments has. */
  replicated: 0,
  /** The payment in payments. */
  charge: 0,
  attempt: 0,
  /** Whether the payment has the id of its PaymentIntent. */
  hasIntent: 0,
  /** The events of the payment: all, those that orders has not handled yet, and those not published yet, one bit each. */
  paymentEvents: 0,
  pendingInOrders: 0,
  unpublishedPayment: 0,
  /** A PaymentIntent that was retrieved and is not applied yet: 1 + its status. */
  lateIntent: 0,
  /** Whether payments has read the order to start a payment, and has not started it yet. */
  earlyRead: 0,
  /** The requests to Stripe, each under its idempotency key. */
  create: 0,
  confirm1: 0,
  confirm2: 0,
  capture: 0,
  cancel: 0,
  refund: 0,
  /** Whether the refund in flight is of a part: PART, and ALL once Stripe has made it. */
  refundPart: 0,
  /** At Stripe: the PaymentIntent, a second one that must not exist, and whether the money, or a part, was refunded. */
  intent: 0,
  secondIntent: 0,
  refunded: 0,
  /** Whether the cooldown after the order is over and its claim is released. */
  released: 0,
};
export type OrderPart = typeof noOrder;

export function emptyState(orders: number): State {
  return { ticket: { ...noTicket }, orders: Array.from({ length: orders }, () => ({ ...noOrder })) };
}

export function copyOf({ ticket, orders }: State): State {
  return { ticket: { ...ticket }, orders: orders.map((order) => ({ ...order })) };
}

const ticketWidth = Object.keys(noTicket).length;
const orderWidth = Object.keys(noOrder).length;

export function widthOf(orders: number): number {
  return ticketWidth + orders * orderWidth;
}

/** Encodes a state in `widthOf` numbers of 16 bits. Field by field for speed: it runs ten million times. */
export function pack({ ticket, orders }: State, into: Uint16Array): void {
  let at = 0;
  into[at++] = ticket.history;
  into[at++] = ticket.replicated;
  into[at++] = ticket.pendingInOrders;
  into[at++] = ticket.unpublished;
  into[at++] = ticket.edits;
  into[at++] = ticket.stripeErrors;
  into[at++] = ticket.lostEvent;
  into[at++] = ticket.readSeq;
  for (const order of orders) {
    into[at++] = order.history;
    into[at++] = order.seq;
    into[at++] = order.pendingInTickets;
    into[at++] = order.pendingInPayments;
    into[at++] = order.unpublished;
    into[at++] = order.replicated;
    into[at++] = order.charge;
    into[at++] = order.attempt;
    into[at++] = order.hasIntent;
    into[at++] = order.paymentEvents;
    into[at++] = order.pendingInOrders;
    into[at++] = order.unpublishedPayment;
    into[at++] = order.lateIntent;
    into[at++] = order.earlyRead;
    into[at++] = order.create;
    into[at++] = order.confirm1;
    into[at++] = order.confirm2;
    into[at++] = order.capture;
    into[at++] = order.cancel;
    into[at++] = order.refund;
    into[at++] = order.refundPart;
    into[at++] = order.intent;
    into[at++] = order.secondIntent;
    into[at++] = order.refunded;
    into[at++] = order.released;
  }
}

export function unpack(from: Uint16Array, at: number, orders: number): State {
  const ticket = {
    history: from[at++] ?? 0,
    replicated: from[at++] ?? 0,
    pendingInOrders: from[at++] ?? 0,
    unpublished: from[at++] ?? 0,
    edits: from[at++] ?? 0,
    stripeErrors: from[at++] ?? 0,
    lostEvent: from[at++] ?? 0,
    readSeq: from[at++] ?? 0,
  };
  const parts: OrderPart[] = [];
  for (; parts.length < orders; at += orderWidth) parts.push(unpackOrder(from, at));
  return { ticket, orders: parts };
}

function unpackOrder(from: Uint16Array, at: number): OrderPart {
  return {
    history: from[at++] ?? 0,
    seq: from[at++] ?? 0,
    pendingInTickets: from[at++] ?? 0,
    pendingInPayments: from[at++] ?? 0,
    unpublished: from[at++] ?? 0,
    replicated: from[at++] ?? 0,
    charge: from[at++] ?? 0,
    attempt: from[at++] ?? 0,
    hasIntent: from[at++] ?? 0,
    paymentEvents: from[at++] ?? 0,
    pendingInOrders: from[at++] ?? 0,
    unpublishedPayment: from[at++] ?? 0,
    lateIntent: from[at++] ?? 0,
    earlyRead: from[at++] ?? 0,
    create: from[at++] ?? 0,
    confirm1: from[at++] ?? 0,
    confirm2: from[at++] ?? 0,
    capture: from[at++] ?? 0,
    cancel: from[at++] ?? 0,
    refund: from[at++] ?? 0,
    refundPart: from[at++] ?? 0,
    intent: from[at++] ?? 0,
    secondIntent: from[at++] ?? 0,
    refunded: from[at++] ?? 0,
    released: from[at] ?? 0,
  };
}

/** How much of the captured money the buyer has back. */
export const ALL = 1;
export const PART = 2;

/** The status of a PaymentIntent. */
export const ABSENT = 0;
export const NEEDS_CARD = 1;
export const NEEDS_ACTION = 2;
export const AUTHORIZED = 3;
export const CANCELED = 4;
export const CAPTURED = 5;
export const intents = [
  'absent',
  'requires_payment_method',
  'requires_action',
  'requires_capture',
  'canceled',
  'succeeded',
] as const;

/** The progress of a request to Stripe. In flight, it may take effect at any time; its answer may be read late or twice. */
export const IDLE = 0;
export const IN_FLIGHT = 1;
export const OK = 2;
export const ACTION_REQUIRED = 3;
export const DECLINED = 4;
export const FAILED = 5;
export const REFUSED = 6;
/** Answered, and the answer is no longer needed. */
export const CONSUMED = 7;
