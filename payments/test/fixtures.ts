import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import request from 'supertest';
import type { CrashPoint, EventData, Logger, Outbox } from '@ticketing/common';
import { createOutbox, newId, requestLimits } from '@ticketing/common';
import type { InMemoryEventBus } from '@ticketing/common/testing';
import {
  aUser,
  eventually,
  inMemoryEventBus,
  noRevocations,
  sessionCookie,
  silentLog,
  testContext,
  testPublicKeys,
  useTestDatabase,
} from '@ticketing/common/testing';
import { readConfig } from '../../infra/stripe/src/config.ts';
import { startEmulator } from '../../infra/stripe/src/emulator.ts';
import { createApp } from '../src/app.ts';
import type { CardGuard } from '../src/card-guard.ts';
import { noCardGuard } from '../src/card-guard.ts';
import { db } from '../src/db.ts';
import type { Dependencies } from '../src/decide.ts';
import { limits } from '../src/limits.ts';
import { subscribe } from '../src/listeners/index.ts';
import { respondToResyncs } from '../src/listeners/resync-requested.ts';
import { findPayment, Payment, payments } from '../src/models/payment.ts';
import { createStripeGateway } from '../src/stripe.ts';
import type { Worker } from '../src/worker.ts';
import { startWorker } from '../src/worker.ts';

const ORIGIN = 'http://tickets.test';
export const WEBHOOK_SECRETS = ['whsec_new', 'whsec_old'];
const STRIPE_KEY = 'sk_test_payments';

type Order = EventData<'order:created'>;

/** Event data of an order, reserved for another 15 minutes. */
export function anOrder({
  ticket,
  ...overrides
}: Partial<Omit<Order, 'ticket'>> & { ticket?: object } = {}): Order {
  return {
    id: newId(),
    version: 0,
    status: 'created',
    reason: null,
    userId: buyer.id,
    reservationSeq: 1,
    expiresAt: new Date(Date.now() + 15 * 60_000).toISOString(),
    ticketConfirmed: false,
    paymentAuthorized: false,
    ticket: {
      id: newId(),
      version: 0,
      title: 'Hamlet, stalls',
      amount: 4550,
      currency: 'usd',
      sellerId: seller.id,
      ...ticket,
    },
    payment: null,
    createdAt: new Date().toISOString(),
    ...overrides,
  };
}

const buyer = aUser();
const seller = aUser();
const stranger = aUser();
export const asBuyer = sessionCookie(buyer);
export const asSeller = sessionCookie(seller);
export const asStranger = sessionCookie(stranger);

type LedgerLine = {
  id: string;
  metadata: Record<string, string>;
  amount: number;
  status: string;
  held: number;
  captured: number;
  refunded: number;
  holds: number;
  captures: number;
  refunds: number;
  declines: number;
};

/** The Stripe emulator. It runs in the process of the test, because a process for each would take seconds to start. */
type Emulator = {
  url: string;
  ledger(orderId: string): Promise<LedgerLine[]>;
  faults(options: object): Promise<void>;
  heal(): Promise<void>;
  authenticate(intentId: string, outcome: 'success' | 'failure'): Promise<void>;
  confirmAsBuyer(intentId: string, token: string): Promise<void>;
  /** An action at the dashboard or of the buyer's bank; see infra/stripe/README.md. */
  act(path: string, body?: object): Promise<{ id: string }>;
  /** A call to Stripe's API that bypasses the service, like an action at the dashboard. */
  dashboard(method: string, path: string, form?: Record<string, string>): Promise<Record<string, unknown>>;
  stop(): Promise<void>;
};

async function openEmulator(webhookUrl: string): Promise<Emulator> {
  const folder = await mkdtemp(path.join(tmpdir(), 'payments-stripe-'));
  const emulator = await startEmulator(
    readConfig({
      PORT: '0',
      STATE_FILE: path.join(folder, 'stripe.jsonl'),
      STRIPE_KEY,
      STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRETS[1],
      WEBHOOK_URL: webhookUrl,
      PUBLIC_ORIGIN: ORIGIN,
    }),
  );

  async function call(method: string, where: string, body?: object) {
    const response = await fetch(`${emulator.url}/_emulator${where}`, {
      method,
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    return response.json();
  }
  return {
    url: emulator.url,
    async ledger(orderId) {
      const lines = (await call('GET', '/ledger')) as LedgerLine[];
      return lines.filter(({ metadata }) => metadata['orderId'] === orderId);
    },
    async faults(options) {
      await call('POST', '/faults', options);
    },
    async heal() {
      await call('DELETE', '/faults');
    },
    async authenticate(intentId, outcome) {
      await call('POST', `/intents/${intentId}/authenticate`, { outcome });
    },
    async confirmAsBuyer(intentId, token) {
      await call('POST', `/intents/${intentId}/confirm-as-buyer`, { token });
    },
    async act(where, body = {}) {
      return (await call('POST', where, body)) as { id: string };
    },
    async dashboard(method, where, form) {
      const response = await fetch(`${emulator.url}/v1${where}`, {
        method,
        headers: { authorization: `Bearer ${STRIPE_KEY}` },
        ...(form && { body: new URLSearchParams(form) }),
      });
      return (await response.json()) as Record<string, unknown>;
    },
    async stop() {
      await emulator.stop();
      await rm(folder, { recursive: true });
    },
  };
}

type PublishedEvent = { name: string; status: string; version: number };

export type Service = {
  server: Server;
  bus: InMemoryEventBus;
  emulator: Emulator;
  deps: Dependencies;
  worker: Worker;
  outbox: Outbox;
  /** What happens at a crash point: nothing, unless a test says otherwise. */
  onCrashPoint: (point: CrashPoint) => void;
  /** A payment's document as it is. */
  find(id: string): Promise<Payment>;
  /** Waits for a status. */
  reaches(id: string, status: string): Promise<Payment>;
  /** As if the worker's waiting time were over. */
  makeDue(id: string): Promise<void>;
  /** The distinct events published for an order's payment: an event may be republished at any time. */
  published(id: string): PublishedEvent[];
  /** Every publication of them, once the outbox is empty. */
  everythingPublished(id: string): Promise<PublishedEvent[]>;
  pay(order: { id: string }, token?: string): request.Test;
  /** Starts the HTTP API of another process on the same database and emulator. */
  startReplica(cards?: CardGuard): Promise<Server>;
  close(): Promise<void>;
};

function allPublished(bus: InMemoryEventBus, id: string): PublishedEvent[] {
  return bus.published.flatMap(({ name, data }) => {
    const { orderId, status, version } = data as EventData<'payment:created'>;
    return orderId === id ? [{ name, status, version }] : [];
  });
}

/** The whole service on a real database and the emulator, with the bus in this process. */
export async function aPaymentsService({
  stripe = {},
  log = silentLog,
  cards = noCardGuard,
}: { stripe?: { apiBase?: string }; log?: Logger; cards?: CardGuard } = {}): Promise<Service> {
  const removeDatabase = await useTestDatabase(db);
  const bus = inMemoryEventBus();
  const late: { app?: ReturnType<typeof createApp> } = {}; // the emulator must know the address first
  const server = createServer((req, res) => late.app?.(req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const emulator = await openEmulator(`http://127.0.0.1:${port}/api/payments/webhook`);

  const crash = (point: CrashPoint) => service.onCrashPoint(point);
  const config = {
    key: STRIPE_KEY,
    publishableKey: 'pk_test_payments',
    webhookSecrets: WEBHOOK_SECRETS,
    apiBase: emulator.url,
    ...stripe,
  };
  const context = { ...testContext('payments', { bus, db, log }), crash };
  const outbox = createOutbox({ model: Payment, kind: 'payment', ...context });
  const gateway = createStripeGateway(config, ORIGIN);
  const replicas: { worker: Worker; server: Server }[] = [];
  function startProcess(guard: CardGuard) {
    const deps = { gateway, outbox, log, crash, cards: guard };
    const worker = startWorker(deps);
    const app = createApp({
      config: {
        publicOrigins: [ORIGIN],
        publicKeys: testPublicKeys,
        cookieSecure: false,
        trustProxy: 1,
        stripe: config,
        rates: limits,
      },
      limiter: requestLimits({ isOn: false }),
      revocations: noRevocations,
      ...{ ...deps, worker, context },
    });
    return { deps, worker, app };
  }
  const { deps, worker, app } = startProcess(cards);
  late.app = app;
  subscribe(bus, deps, worker);
  const republisher = respondToResyncs(context);

  const service: Service = {
    ...{ server, bus, emulator, deps, worker, outbox },
    onCrashPoint: () => undefined,
    async find(id) {
      const payment = await findPayment({ _id: id });
      if (!payment) throw new Error(`There is no payment ${id}`);
      return payment;
    },
    reaches: (id, status) =>
      eventually(async () => {
        const payment = await findPayment({ _id: id });
        return payment?.status === status && payment;
      }, 20_000) as Promise<Payment>,
    async makeDue(id) {
      await payments().updateOne({ _id: id }, { $set: { dueAt: new Date(0) } });
    },
    published: (id) =>
      allPublished(bus, id).filter(
        ({ version }, at, all) => all.findIndex((one) => one.version === version) === at,
      ),
    async everythingPublished(id) {
      await eventually(
        async () => (await payments().countDocuments({ _id: id, outbox: { $size: 0 } })) === 1,
      );
      return allPublished(bus, id);
    },
    pay: (order, token) =>
      request(server).post('/api/payments').set('Cookie', asBuyer).send({ orderId: order.id, token }),
    async startReplica(guard = noCardGuard) {
      const started = startProcess(guard);
      const other = createServer(started.app);
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
      replicas.push({ worker: started.worker, server: other });
      return other;
    },
    async close() {
      for (const replica of replicas) {
        await replica.worker.close();
        replica.server.closeAllConnections();
        replica.server.close();
      }
      await republisher.close();
      await worker.close();
      await outbox.close();
      await emulator.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await removeDatabase();
    },
  };
  return service;
}
