import { mongo } from 'mongoose';
import { isSameMoney } from './stripe-amounts.ts';

type Aggregate = { _id: string; version: number; outbox?: unknown[] };
export type StoredTicket = Aggregate & {
  status: string;
  title: string;
  amount: number;
  userId: string;
  orderId?: string | null;
  reservationSeq: number;
};
export type StoredOrder = Aggregate & {
  status: string;
  reason: string | null;
  userId: string;
  reservationSeq: number;
  expiresAt: Date;
  ticket: { id: string; amount: number; currency: string };
  payment?: { id: string; status: string } | null;
  history: { status: string; event: string; at: Date }[];
};
export type StoredPayment = Aggregate & {
  status?: string;
  refundedAmount?: number;
  intent?: { id: string };
  order?: { version: number; status: string; reason: string | null; userId: string; amount: number };
};
type DeadLetter = { _id: string; error: string; event: unknown };

/** A PaymentIntent in the emulator's ledger: amounts in Stripe's unit; `captures` and `holds` count the operations. */
export type Intent = {
  id: string;
  metadata: { orderId?: string };
  status: string;
  amount: number;
  currency: string;
  captured: number;
  refunded: number;
  /** What lost disputes took. */
  lost: number;
  captures: number;
  holds: number;
};

/** All documents of the shop and the emulator's ledger, read directly from the stores. */
export type Snapshot = {
  tickets: StoredTicket[];
  orders: StoredOrder[];
  payments: StoredPayment[];
  /** The copies of the tickets in orders. */
  replicas: StoredTicket[];
  deadLetters: DeadLetter[];
  ledger: Intent[];
};

/** The addresses of the stores and the emulator. */
export type Endpoints = { urlOf: (name: string) => string };

export async function readLedger(endpoints: Endpoints): Promise<Intent[]> {
  const response = await fetch(`${endpoints.urlOf('emulator')}/_emulator/ledger`);
  return (await response.json()) as Intent[];
}

const services = ['auth', 'tickets', 'orders', 'payments'] as const;

/**
 * Reads snapshots over connections that stay open. `prefix` limits a snapshot to tickets whose title starts with it
 * and to their orders, payments and PaymentIntents; dead letters are always complete.
 */
export function openSnapshotReader(endpoints: Endpoints): {
  read: (prefix?: string) => Promise<Snapshot>;
  close: () => Promise<void>;
} {
  const clients = services.map(
    (name) => [name, new mongo.MongoClient(endpoints.urlOf(`mongod-${name}`))] as const,
  );
  const all = async <T>(service: string, collection: string, filter: object = {}) =>
    (await clients
      .find(([name]) => name === service)?.[1]
      .db()
      .collection(collection)
      .find(filter)
      .toArray()) as T[];
  return {
    async read(prefix) {
      const titled = (field: string) => (prefix === undefined ? {} : { [field]: new RegExp(`^${prefix}`) });
      const orders = await all<StoredOrder>('orders', 'orders', titled('ticket.title'));
      const byOrder = prefix === undefined ? {} : { _id: { $in: orders.map(({ _id }) => _id) } };
      const [tickets, payments, replicas, ledger, ...deadLetters] = await Promise.all([
        all<StoredTicket>('tickets', 'tickets', titled('title')),
        all<StoredPayment>('payments', 'payments', byOrder),
        all<StoredTicket>('orders', 'tickets', titled('title')),
        readLedger(endpoints),
        ...services.map((service) => all<DeadLetter>(service, 'deadletters')),
      ]);
      const known = new Set(orders.map(({ _id }) => _id));
      const isIncluded = ({ metadata }: Intent) => prefix === undefined || known.has(metadata.orderId ?? '');
      return {
        tickets,
        orders,
        payments,
        replicas,
        ledger: ledger.filter(isIncluded),
        deadLetters: deadLetters.flat(),
      };
    },
    close: async () => void (await Promise.all(clients.map(([, client]) => client.close()))),
  };
}

export async function readSnapshot(endpoints: Endpoints): Promise<Snapshot> {
  const reader = openSnapshotReader(endpoints);
  try {
    return await reader.read();
  } finally {
    await reader.close();
  }
}

function byKey<T>(items: T[], key: (item: T) => string | undefined): Map<string | undefined, T[]> {
  const groups = new Map<string | undefined, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}

/** The order statuses that keep a ticket from other buyers, except `refunded`. */
const alive = ['created', 'awaiting:payment', 'complete'];
/** The payment statuses in which a call to Stripe is in flight. */
const inFlight = ['pending', 'capturing', 'voiding', 'refunding'];

/** Lists what is not final yet: unpublished events, orders and payments in progress, replicas behind their source. */
export function findPendingWork({ tickets, orders, payments, replicas }: Snapshot): string[] {
  const found: string[] = [];
  for (const [kind, docs] of Object.entries({ ticket: tickets, order: orders, payment: payments }))
    for (const { _id, outbox } of docs)
      if (outbox?.length) found.push(`${kind} ${_id} has unpublished events`);

  const paymentOf = new Map(payments.map((payment) => [payment._id, payment]));
  for (const { _id, status, version, expiresAt } of orders) {
    const payment = paymentOf.get(_id);
    if (status === 'awaiting:payment') found.push(`order ${_id} awaits its payment`);
    if (status === 'created' && expiresAt.getTime() < Date.now()) found.push(`order ${_id} is past its time`);
    if (payment?.order?.version !== version)
      found.push(`payments knows version ${payment?.order?.version} of order ${_id}, not ${version}`);
    if (
      payment?.status &&
      ['authorized', 'requires_action', 'open'].includes(payment.status) &&
      status !== 'created'
    )
      found.push(`payment ${_id} is ${payment.status}, its order ${status}`);
  }
  for (const { _id, status } of payments)
    if (inFlight.includes(status ?? '')) found.push(`payment ${_id} is ${status}`);

  const replicaOf = new Map(replicas.map((replica) => [replica._id, replica.version]));
  for (const { _id, version } of tickets)
    if (replicaOf.get(_id) !== version)
      found.push(`orders knows version ${replicaOf.get(_id)} of ticket ${_id}, not ${version}`);

  // Tickets has no copy of the orders: only the status of a ticket shows whether it handled their events.
  const aliveOn = byKey(
    orders.filter(({ status }) => alive.includes(status)),
    ({ ticket }) => ticket.id,
  );
  for (const { _id, status } of tickets) {
    const orderOn = aliveOn.get(_id)?.[0];
    const isDue = orderOn
      ? orderOn.status === 'complete' && status !== 'sold'
      : ['reserved', 'sold'].includes(status);
    if (isDue) found.push(`ticket ${_id} is ${status}, its order ${orderOn?.status ?? 'over'}`);
  }
  return found;
}

/** Lists violated invariants, each with its number in docs/reliability.md. Valid only when the shop is quiescent. */
export function findViolations({ tickets, orders, payments, ledger, deadLetters }: Snapshot): string[] {
  const found: string[] = [];
  const ordersOn = byKey(orders, ({ ticket }) => ticket.id);
  for (const { _id, status } of tickets) {
    const keeping = (ordersOn.get(_id) ?? []).filter((order) => alive.includes(order.status));
    const isComplete = keeping.some((order) => order.status === 'complete');
    if (keeping.length > 1) found.push(`I1 ticket ${_id} is kept for ${keeping.length} orders`);
    if ((status === 'sold') !== isComplete)
      found.push(`I1 ticket ${_id} is ${status}, complete order: ${isComplete}`);
    if (status === 'reserved' && keeping.length === 0)
      found.push(`I1 ticket ${_id} is reserved without an order`);
  }

  const refundedAmountOf = new Map(payments.map(({ _id, refundedAmount }) => [_id, refundedAmount]));
  const intentsOf = byKey(ledger, ({ metadata }) => metadata.orderId);
  for (const { _id, status, ticket } of orders) {
    const intents = intentsOf.get(_id) ?? [];
    const captures = intents.reduce((sum, intent) => sum + intent.captures, 0);
    if (intents.length > 1) found.push(`I4 order ${_id} has ${intents.length} PaymentIntents`);
    const kept = intents.reduce((sum, intent) => sum + intent.captured - intent.refunded - intent.lost, 0);
    if (captures > 1) found.push(`I2 order ${_id} was charged ${captures} times`);
    const returned = refundedAmountOf.get(_id) ?? 0;
    const isDue = isSameMoney(kept, ticket.amount - returned, ticket.currency);
    if (status === 'complete' && (captures !== 1 || !isDue || kept === 0))
      found.push(
        `I2 complete order ${_id} of ${ticket.amount}, ${returned} returned, kept ${kept} in ${captures} captures`,
      );
    if (intents.some((intent) => intent.captures > 0 && intent.currency !== ticket.currency))
      found.push(`I2 order ${_id} was charged in another currency than ${ticket.currency}`);
    if (status !== 'cancelled' && status !== 'refunded') continue;
    if (kept !== 0) found.push(`I3 ${status} order ${_id} keeps ${kept}`);
    if (status === 'cancelled' && captures > 0)
      found.push(`I3 cancelled order ${_id} was charged ${captures} times`);
    if (intents.some((intent) => intent.status === 'requires_capture'))
      found.push(`I3 ${status} order ${_id} still has an authorization`);
  }

  const paid = new Set(payments.map(({ _id }) => _id));
  const known = new Set(orders.map(({ _id }) => _id));
  for (const { id, metadata } of ledger)
    if (!metadata.orderId || !paid.has(metadata.orderId))
      found.push(`I4 PaymentIntent ${id} belongs to no payment`);
  for (const id of paid) if (!known.has(id)) found.push(`I4 payment ${id} belongs to no order`);
  for (const { _id, error } of deadLetters) found.push(`I8 dead letter ${_id}: ${error}`);
  return found;
}

/** Waits until no work is pending and returns the snapshot of that moment. */
export async function waitUntilQuiescent(endpoints: Endpoints, withinMs = 120_000): Promise<Snapshot> {
  const deadline = Date.now() + withinMs;
  const reader = openSnapshotReader(endpoints);
  try {
    for (;;) {
      const snapshot = await reader.read();
      const pending = findPendingWork(snapshot);
      if (pending.length === 0) return snapshot;
      if (Date.now() > deadline)
        throw new Error(
          `The shop is not quiescent after ${withinMs} ms:\n${pending.slice(0, 20).join('\n')}`,
        );
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  } finally {
    await reader.close();
  }
}
