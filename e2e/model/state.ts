/**
 * One moment of the whole system, in small numbers: what each service has on disk, what is on its way between them,
 * and what Stripe has done. Histories and charges are numbers of their books (histories.ts).
 */
export type State = { ticket: TicketPart; orders: OrderPart[] };

const noTicket = {
  /** The ticket in tickets, with all that was ever told of it. */
  history: 0,
  /** How many of its versions orders' copy has. */
  known: 0,
  /** Which versions orders has still to handle, a bit each. */
  toOrders: 0,
  /** Which versions are committed and not yet published. */
  unsent: 0,
  edits: 0,
  /** How often Stripe has failed with a 5xx. */
  errors: 0,
  /** Whether the broker has lost an event. */
  lost: 0,
  /** A reservation number that was read before it is used. */
  read: 0,
};
export type TicketPart = typeof noTicket;

const noOrder = {
  /** The order in orders, with all that was ever told of it. */
  history: 0,
  seq: 0,
  /** Which versions tickets and payments have still to handle, and which are not yet published. */
  toTickets: 0,
  toPayments: 0,
  unsent: 0,
  /** How many of its versions the copy in payments has. */
  seen: 0,
  /** The payment, and what of it was told, is still to be handled by orders, and is not yet published. */
  charge: 0,
  attempt: 0,
  /** Whether the PaymentIntent's id is written down. */
  hasIntent: 0,
  told: 0,
  toOrders: 0,
  untold: 0,
  /** A PaymentIntent that was retrieved and is not yet applied: 1 + its status. */
  late: 0,
  /** A payment that was read and is about to be started upon. */
  stale: 0,
  /** The requests to Stripe, each under its idempotency key. */
  create: 0,
  confirm1: 0,
  confirm2: 0,
  capture: 0,
  cancel: 0,
  refund: 0,
  /** Stripe's side: the PaymentIntent, a second one that should not be, and whether the money went back. */
  intent: 0,
  stray: 0,
  returned: 0,
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

/** Writes a state down in `widthOf` numbers of 16 bits. Field by field: it is done ten million times. */
export function pack({ ticket, orders }: State, into: Uint16Array): void {
  let at = 0;
  into[at++] = ticket.history;
  into[at++] = ticket.known;
  into[at++] = ticket.toOrders;
  into[at++] = ticket.unsent;
  into[at++] = ticket.edits;
  into[at++] = ticket.errors;
  into[at++] = ticket.lost;
  into[at++] = ticket.read;
  for (const order of orders) {
    into[at++] = order.history;
    into[at++] = order.seq;
    into[at++] = order.toTickets;
    into[at++] = order.toPayments;
    into[at++] = order.unsent;
    into[at++] = order.seen;
    into[at++] = order.charge;
    into[at++] = order.attempt;
    into[at++] = order.hasIntent;
    into[at++] = order.told;
    into[at++] = order.toOrders;
    into[at++] = order.untold;
    into[at++] = order.late;
    into[at++] = order.stale;
    into[at++] = order.create;
    into[at++] = order.confirm1;
    into[at++] = order.confirm2;
    into[at++] = order.capture;
    into[at++] = order.cancel;
    into[at++] = order.refund;
    into[at++] = order.intent;
    into[at++] = order.stray;
    into[at++] = order.returned;
  }
}

export function unpack(from: Uint16Array, at: number, orders: number): State {
  const ticket = {
    history: from[at++] ?? 0,
    known: from[at++] ?? 0,
    toOrders: from[at++] ?? 0,
    unsent: from[at++] ?? 0,
    edits: from[at++] ?? 0,
    errors: from[at++] ?? 0,
    lost: from[at++] ?? 0,
    read: from[at++] ?? 0,
  };
  const parts: OrderPart[] = [];
  for (; parts.length < orders; at += orderWidth) parts.push(unpackOrder(from, at));
  return { ticket, orders: parts };
}

function unpackOrder(from: Uint16Array, at: number): OrderPart {
  return {
    history: from[at++] ?? 0,
    seq: from[at++] ?? 0,
    toTickets: from[at++] ?? 0,
    toPayments: from[at++] ?? 0,
    unsent: from[at++] ?? 0,
    seen: from[at++] ?? 0,
    charge: from[at++] ?? 0,
    attempt: from[at++] ?? 0,
    hasIntent: from[at++] ?? 0,
    told: from[at++] ?? 0,
    toOrders: from[at++] ?? 0,
    untold: from[at++] ?? 0,
    late: from[at++] ?? 0,
    stale: from[at++] ?? 0,
    create: from[at++] ?? 0,
    confirm1: from[at++] ?? 0,
    confirm2: from[at++] ?? 0,
    capture: from[at++] ?? 0,
    cancel: from[at++] ?? 0,
    refund: from[at++] ?? 0,
    intent: from[at++] ?? 0,
    stray: from[at++] ?? 0,
    returned: from[at] ?? 0,
  };
}

/** Where a PaymentIntent is. */
export const ABSENT = 0;
export const WAITS = 1;
export const ASKS = 2;
export const HELD = 3;
export const CANCELED = 4;
export const TAKEN = 5;
export const intents = [
  'absent',
  'requires_payment_method',
  'requires_action',
  'requires_capture',
  'canceled',
  'succeeded',
] as const;

/** Where a request to Stripe is: on its way it may take effect at any time, executed it may be read late, again, never. */
export const IDLE = 0;
export const UNDER_WAY = 1;
export const OK = 2;
export const ASKED = 3;
export const DECLINED = 4;
export const FAILED = 5;
export const REFUSED = 6;
/** Answered, and nobody waits for it any more. */
export const USED = 7;
