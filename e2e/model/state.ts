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

const ticketFields = Object.keys(noTicket) as (keyof TicketPart)[];
const orderFields = Object.keys(noOrder) as (keyof OrderPart)[];

export function emptyState(orders: number): State {
  return { ticket: { ...noTicket }, orders: Array.from({ length: orders }, () => ({ ...noOrder })) };
}

export function copyOf({ ticket, orders }: State): State {
  return { ticket: { ...ticket }, orders: orders.map((order) => ({ ...order })) };
}

export function widthOf(orders: number): number {
  return ticketFields.length + orders * orderFields.length;
}

/** Writes a state down in `widthOf` numbers of 16 bits. */
export function pack({ ticket, orders }: State, into: Uint16Array, at: number): void {
  for (const field of ticketFields) into[at++] = ticket[field];
  for (const order of orders) for (const field of orderFields) into[at++] = order[field];
}

export function unpack(from: Uint16Array, at: number, orders: number): State {
  const state = emptyState(orders);
  for (const field of ticketFields) state.ticket[field] = from[at++] ?? 0;
  for (const order of state.orders) for (const field of orderFields) order[field] = from[at++] ?? 0;
  return state;
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
