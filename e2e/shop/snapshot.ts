import { mongo } from 'mongoose';
import { findPendingWork, findViolations as findInvariantViolations } from '@ticketing/common/ops';
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

/** The violated invariants of a quiescent shop, with amounts at Stripe compared in its own unit. */
export function findViolations(snapshot: Snapshot): string[] {
  return findInvariantViolations(snapshot, isSameMoney);
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
