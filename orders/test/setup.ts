import type { RequestListener } from 'node:http';
import type { Limit } from '@ticketing/common';
import { createOutbox, requestLimits } from '@ticketing/common';
import type { InMemoryEventBus } from '@ticketing/common/testing';
import {
  inMemoryEventBus,
  noRevocations,
  silentLog,
  testContext,
  testPublicKeys,
  useTestDatabase,
} from '@ticketing/common/testing';
import { createApp } from '../src/app.ts';
import { db } from '../src/db.ts';
import { limits } from '../src/limits.ts';
import { subscribe } from '../src/listeners/index.ts';
import { respondToResyncs } from '../src/listeners/resync-requested.ts';
import { Order } from '../src/models/order.ts';
import { Ticket } from '../src/models/ticket.ts';
import { orderStreams } from '../src/streams.ts';

export const PUBLIC_ORIGIN = 'https://tickets.example';
export const RESERVATION_MS = 15 * 60_000;
export const reservationLimits = { maxReservations: 6, cooldownMs: RESERVATION_MS };

/**
 * The service without its process and its broker. Its collections are empty before each test; only `rates` limit requests.
 * It starts when the tests of the file do, because the files of a process take turns with one connection to the database.
 */
export function useService({ rates }: { rates?: Record<keyof typeof limits, Limit> } = {}) {
  const events = inMemoryEventBus();
  const service = {} as ReturnType<typeof startService>;
  let removeDatabase: () => Promise<void>;
  beforeAll(async () => {
    removeDatabase = await useTestDatabase(db);
    Object.assign(service, startService(events, rates));
  });
  beforeEach(async () => {
    await Promise.all([Order.collection.deleteMany({}), Ticket.collection.deleteMany({})]);
    events.status = 'up';
    events.published.length = 0;
  });
  afterAll(async () => {
    await service.close();
    await removeDatabase();
  });
  const app: RequestListener = (req, res) => service.app(req, res);
  return { app, events, service };
}

function startService(events: InMemoryEventBus, rates: Record<keyof typeof limits, Limit> | undefined) {
  const context = testContext('orders', { bus: events, db });
  const outbox = createOutbox({ model: Order, kind: 'order', ...context });
  const streams = orderStreams(events, noRevocations, silentLog);
  subscribe(events, outbox, silentLog);
  const republisher = respondToResyncs(context);
  const app = createApp({
    config: {
      trustProxy: 0,
      publicOrigins: [PUBLIC_ORIGIN],
      publicKeys: testPublicKeys,
      cookieSecure: false,
      reservationMs: RESERVATION_MS,
      reservationLimits,
      rates: rates ?? limits,
    },
    limiter: requestLimits({ isOn: rates !== undefined }),
    context,
    outbox,
    streams,
    revocations: noRevocations,
  });
  const close = async () => {
    await republisher.close();
    await streams.close();
    await outbox.close();
  };
  return { app, outbox, close };
}
