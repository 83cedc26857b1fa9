import type { RequestListener } from 'node:http';
import type { EventData, EventName, Limit } from '@ticketing/common';
import { createOutbox, eventStreams, newId, requestLimits } from '@ticketing/common';
import type { InMemoryEventBus } from '@ticketing/common/testing';
import {
  aUser,
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
import { storeEventsFirst } from '../src/models/listed-event.ts';
import { offerKeys } from '../src/models/offer-key.ts';
import { omitUndefined } from '../src/models/omit-undefined.ts';
import { Report } from '../src/models/report.ts';
import { searchKeys } from '../src/models/search.ts';
import { observeSuspensions } from '../src/models/seller.ts';
import { Ticket, tickets } from '../src/models/ticket.ts';
import { createWordIndex } from '../src/models/word-index.ts';
import { observeTickets } from '../src/observe-tickets.ts';
import type { TicketCache } from '../src/ticket-cache.ts';
import { createTicketCache, invalidateOnFlush } from '../src/ticket-cache.ts';

export const ORIGIN = 'https://shop.example';

/**
 * The service without its process and its broker, on a database of its own. Requests are limited only by `rates`. It starts
 * when the tests of the file do, because the files of a process take turns with one connection to the database.
 */
export function useService({ rates }: { rates?: Record<keyof typeof limits, Limit> } = {}) {
  const bus = inMemoryEventBus();
  const cache = createTicketCache();
  const service = {} as Awaited<ReturnType<typeof startService>>;
  let removeDatabase: () => Promise<void>;
  beforeAll(async () => {
    removeDatabase = await useTestDatabase(db);
    Object.assign(service, await startService(bus, cache, rates));
  });
  afterAll(async () => {
    await service.close();
    await removeDatabase();
  });
  const app: RequestListener = (req, res) => service.app(req, res);
  return {
    app,
    bus,
    cache,
    service,
    /** The published events of one ticket, in order. */
    eventsOf: (id: string) =>
      bus.published.filter(({ data }) => (data as { id: string }).id === id) as {
        name: EventName;
        data: EventData<'ticket:updated'>;
      }[],
  };
}

async function startService(
  bus: InMemoryEventBus,
  cache: TicketCache,
  rates: Record<keyof typeof limits, Limit> | undefined,
) {
  const from = testContext('tickets', { bus, db });
  const inner = createOutbox<Ticket>({ model: Ticket, kind: 'ticket', ...from, bus: storeEventsFirst(bus) });
  const reportOutbox = createOutbox({ model: Report, kind: 'report', ...from });
  const outbox = invalidateOnFlush(cache, inner);
  const streams = eventStreams<Ticket>({ event: 'ticket', revocations: noRevocations });
  observeTickets({ bus, cache, streams, log: silentLog });
  subscribe(bus, outbox, silentLog);
  const republisher = respondToResyncs(from);
  const words = createWordIndex(bus, silentLog);
  const suspensions = observeSuspensions(bus);
  await suspensions.loaded;
  const app = createApp({
    config: {
      publicKeys: testPublicKeys,
      cookieSecure: false,
      publicOrigins: [ORIGIN],
      trustProxy: 0,
      currency: 'usd',
      rates: rates ?? limits,
    },
    limiter: requestLimits({ isOn: rates !== undefined }),
    outbox,
    reportOutbox,
    cache,
    streams,
    revocations: noRevocations,
    suspensions,
    vocabulary: words.vocabulary,
    context: from,
  });
  const close = async () => {
    await republisher.close();
    await words.close();
    await streams.close();
    await outbox.close();
    await reportOutbox.close();
  };
  return { app, words, close };
}

/** A ticket in the database, available by default. */
export async function aTicket(overrides: Partial<Ticket> = {}): Promise<Ticket> {
  const fields = { title: 'Taylor Swift, Olympiastadion', amount: 8950, currency: 'usd', ...overrides };
  const now = new Date();
  const state = {
    _id: newId(),
    version: 0,
    userId: newId(),
    status: 'available' as const,
    reservationSeq: 0,
    createdAt: now,
    updatedAt: now,
    outbox: [],
    ...fields,
    ...searchKeys(fields),
  };
  const ticket: Ticket = omitUndefined({ ...state, ...offerKeys(state) });
  await tickets.insertOne(ticket);
  return ticket;
}

/** The time `count` hours from now. */
export const hours = (count: number) => new Date(Date.now() + count * 60 * 60 * 1000);

/** Stores tickets titled a, b, c …, oldest first. */
export async function someTickets(...overrides: Partial<Ticket>[]) {
  for (const [i, override] of overrides.entries())
    await aTicket({ title: 'abcdefgh'[i]!, createdAt: hours(i - 100), ...override });
}

/** A ticket that a buyer's order has reserved or bought. */
export async function aTicketWithOrder(status: 'reserved' | 'sold', overrides: Partial<Ticket> = {}) {
  const buyer = aUser();
  const ticket = await aTicket({
    status,
    orderId: newId(),
    buyerId: buyer.id,
    reservationSeq: 1,
    version: status === 'sold' ? 2 : 1,
    ...(status === 'sold' && { soldAt: new Date() }),
    ...overrides,
  });
  return { ticket, buyer };
}

/** Event data of an order of this ticket. */
export function anOrder(
  ticket: Ticket,
  overrides: Partial<EventData<'order:created'>> = {},
): EventData<'order:created'> {
  return {
    id: newId(),
    version: 0,
    status: 'created',
    reason: null,
    userId: newId(),
    reservationSeq: ticket.reservationSeq + 1,
    expiresAt: '2030-01-01T00:15:00.000Z',
    ticketConfirmed: false,
    paymentAuthorized: false,
    ticket: {
      id: ticket._id,
      version: ticket.version,
      title: ticket.title,
      amount: ticket.amount,
      currency: ticket.currency,
      sellerId: ticket.userId,
    },
    payment: null,
    createdAt: '2030-01-01T00:00:00.000Z',
    ...overrides,
  };
}
