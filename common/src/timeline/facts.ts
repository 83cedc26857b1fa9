/**
 * What a service knows of an order, a ticket, a payment or a user: the contract between the programs that read the stores,
 * of which each may read one, and the timeline that joins them. Facts are JSON; times are ISO 8601, amounts in minor units.
 * They contain no secret, no e-mail address and no network address.
 *
 * This folder imports nothing outside of it: the client's server joins facts with it too.
 */

export const subjectKinds = ['order', 'ticket', 'payment', 'user'] as const;

/** What a timeline is about. A payment is named by its order's id, or by that of its PaymentIntent. */
export type Subject = { kind: (typeof subjectKinds)[number]; id: string };

/** The ids that a service looks for. */
export type Ids = { orders: string[]; tickets: string[]; users: string[]; intents: string[] };

/** Something that happened, one line of a timeline. */
export type Moment = {
  at: string;
  service: string;
  kind: 'order' | 'ticket' | 'payment' | 'user' | 'timer' | 'Stripe' | 'log';
  /** Of the aggregate; absent for a line of a log that names several. */
  id?: string;
  /** The version of the aggregate that this made. */
  version?: number;
  what: string;
  /** Who or what caused it, such as the buyer, or an event. */
  by?: string;
  orderId?: string | undefined;
  ticketId?: string | undefined;
  traceId?: string | undefined;
};

export type TicketFact = { id: string; version: number; status: string; sellerId: string };
export type OrderFact = {
  id: string;
  version: number;
  status: string;
  reason: string | null;
  buyerId: string;
  expiresAt: string;
  ticket: { id: string; amount: number; currency: string };
};
export type PaymentFact = {
  id: string;
  version: number;
  status: string;
  refundedAmount: number;
  intentId?: string | undefined;
  order: { version: number };
};
/** A PaymentIntent as Stripe has it now. `returned`: refunds and lost disputes. */
export type IntentFact = {
  id: string;
  orderId: string;
  status: string;
  currency: string;
  captured: number;
  returned: number;
};
export type UserFact = { id: string; version: number; status: string };
/** A version of another service's aggregate that a service has copied. */
export type ReplicaFact = { id: string; version: number };
export type TimerFact = { orderId: string; firesAt: string };
/** A committed event that the broker has not stored yet. */
export type WaitingEvent = { id: string; type: string; since: string };
export type DeadLetterFact = { id: string; at: string; type: string; eventId: string; error: string };

/** What one service knows, read at one time. */
export type Facts = {
  service: string;
  readAt: string;
  moments: Moment[];
  tickets?: TicketFact[];
  orders?: OrderFact[];
  payments?: PaymentFact[];
  intents?: IntentFact[];
  users?: UserFact[];
  /** The copies of tickets in orders; the copies of orders in payments are in `payments`. */
  replicas?: ReplicaFact[];
  timers?: TimerFact[];
  waiting?: WaitingEvent[];
  deadLetters?: DeadLetterFact[];
  /** What the service itself finds wrong, such as a payment that differs from Stripe. */
  differences?: string[];
  /** What could not be read, and why. A timeline with such facts is incomplete. */
  problems: string[];
};

/** What a service reads from its store; `ownFacts` adds the rest. */
export type StoredFacts = Omit<Facts, 'service' | 'readAt' | 'deadLetters' | 'problems'> & {
  problems?: string[];
};

export function isIntentId(id: string): boolean {
  return /^pi_\w+$/.test(id);
}

/** Whether an id has the form of the ids of this kind; `isId` of http.ts has that of a document. */
export function isSubjectId({ kind, id }: Subject): boolean {
  return /^[0-9a-f]{24}$/.test(id) || (kind === 'payment' && isIntentId(id));
}

/** The ids to look for: the subject, and what the facts so far relate to it. */
export function relatedIds({ kind, id }: Subject, facts: Facts[]): Ids {
  const isIntent = kind === 'payment' && isIntentId(id);
  const isOrder = kind === 'order' || (kind === 'payment' && !isIntent);
  const orders = facts.flatMap(({ orders = [] }) => orders);
  const distinct = (ids: string[]) => [...new Set(ids)];
  return {
    orders: distinct([
      ...(isOrder ? [id] : []),
      ...orders.map((order) => order.id),
      ...facts.flatMap(({ payments = [] }) => payments.map((payment) => payment.id)),
    ]),
    tickets: distinct([
      ...(kind === 'ticket' ? [id] : []),
      ...orders.map(({ ticket }) => ticket.id),
      ...facts.flatMap(({ tickets = [] }) => tickets.map((ticket) => ticket.id)),
    ]),
    users: kind === 'user' ? [id] : [],
    intents: isIntent ? [id] : [],
  };
}

/** The last facts of each service: a service that is read twice knows more the second time. */
export function latestFacts(facts: Facts[]): Facts[] {
  return [...new Map(facts.map((one) => [one.service, one])).values()];
}
