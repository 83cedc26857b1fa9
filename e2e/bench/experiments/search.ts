import { setTimeout as wait } from 'node:timers/promises';
import type { mongo } from 'mongoose';
import { COUNT_TO } from '@ticketing/common';
import { selectTickets } from '../../../tickets/src/models/selection.ts';
import { summarizeLatencies } from '../latency.ts';
import { closedLoop } from '../load.ts';
import { readCpu, readMemory } from '../processes.ts';
import { alignColumns } from '../report.ts';
import type { Experiment } from '../scenario.ts';
import { makeEvent, searchKinds, someEvent, TICKETS_OF_EVENT } from '../search-data.ts';
import type { World } from '../world.ts';

const EVENTS_OF_BATCH = 1_000;
const PAGE = 24;
const services = ['tickets', 'mongod-tickets'] as const;

type Latency = { p50: number; p99: number };

export const search: Experiment = {
  name: 'search',
  description:
    'searches among 200,000 and 1,000,000 tickets: their lists, their events, and the earlier list, which knew beginnings of words only',
  slow: true,
  async run(world, log) {
    const figures: Record<string, number> = {};
    const now = new Date();
    let events = 0;
    for (const tickets of [world.count(200_000, 20_000), world.count(1_000_000, 100_000)]) {
      await insertEvents(world, events, tickets / TICKETS_OF_EVENT, now);
      events = tickets / TICKETS_OF_EVENT;
      await restartTickets(world);
      log(`${tickets} tickets, ${events} events: median / 99th percentile in ms`);
      const rows = await measureKinds(world, events, now);
      const line = ({ p50, p99 }: Latency) => `${p50.toFixed(1)} / ${p99.toFixed(0)}`;
      const table = rows.map(({ kind, ...lists }) => [kind, ...Object.values(lists).map(line)]);
      alignColumns([['search', 'earlier list', 'tickets', 'events'], ...table])
        .split('\n')
        .forEach(log);
      for (const { kind, ...lists } of rows)
        for (const [list, { p50, p99 }] of Object.entries(lists))
          Object.assign(figures, {
            [`${kind}, ${list} of ${tickets}, p50`]: p50,
            [`${kind}, ${list} of ${tickets}, p99`]: p99,
          });
      const memory = readMemory(world.system.processes());
      for (const name of services) {
        const { now: mib = NaN, peak = NaN } = memory[name] ?? {};
        log(`${name}: ${mib} MiB, at most ${peak}`);
        figures[`${name} MiB at ${tickets}`] = peak;
      }
    }
    return figures;
  },
};

/** Inserts events and their tickets straight into the database. Indexes are built afterwards, which is much faster. */
async function insertEvents(world: World, from: number, to: number, now: Date): Promise<void> {
  await world.listTickets(1);
  const database = world.database('tickets');
  const [tickets, events] = [database.collection('tickets'), database.collection('events')];
  const template = await tickets.findOne({ outbox: [] }, { projection: { _id: 0, offerKey: 0 } });
  if (!template) throw new Error('There is no ticket to copy');
  const indexes = (await tickets.indexes()).filter(({ name }) => name !== '_id_');
  await tickets.dropIndexes();
  for (let event = from; event < to; event += EVENTS_OF_BATCH) {
    const length = Math.min(EVENTS_OF_BATCH, to - event);
    const made = Array.from({ length }, (_, index) => makeEvent(event + index, now));
    await Promise.all([
      insertAll(
        events,
        made.map((each) => each.event),
      ),
      insertAll(
        tickets,
        made.flatMap((each) => each.tickets.map((ticket) => ({ ...template, ...ticket }))),
      ),
    ]);
  }
  await tickets.createIndexes(indexes.map(({ v: _v, ...index }) => index as mongo.IndexDescription));
}

async function insertAll(collection: mongo.Collection, documents: { _id: string }[]): Promise<void> {
  // The ids of the shop are texts.
  await collection.insertMany(documents as unknown as mongo.Document[], { ordered: false });
}

/** The service reads the words of all events when it starts. Waits until that and its other work at the start are done. */
async function restartTickets({ system }: World): Promise<void> {
  await system.hold('tickets', 'SIGTERM');
  system.resume('tickets');
  await system.waitReady('tickets');
  const busyMs = () => {
    const cpu = readCpu(system.processes());
    return services.reduce((sum, name) => sum + (cpu[name] ?? 0), 0);
  };
  for (let quietSeconds = 0, before = busyMs(); quietSeconds < 3;) {
    await wait(1_000);
    const after = busyMs();
    quietSeconds = after - before < 100 ? quietSeconds + 1 : 0;
    before = after;
  }
}

async function measureKinds(world: World, events: number, now: Date) {
  const rows = [];
  const kinds: [kind: string, queryOf: ((event: number, now: Date) => string) | undefined][] = [
    ['no search', undefined],
    ...Object.entries(searchKinds),
  ];
  for (const [kind, queryOf] of kinds) {
    const queries = Array.from({ length: world.count(100, 40) }, (_, index) =>
      queryOf?.(someEvent(index, events), now),
    );
    rows.push({
      kind,
      earlier: await measureEarlierList(world, queries),
      tickets: await measureList(world, '/api/tickets', queries),
      events: await measureList(world, '/api/tickets/events', queries),
    });
  }
  return rows;
}

type Queries = (string | undefined)[];

async function measureList(world: World, path: string, queries: Queries): Promise<Latency> {
  const load = await closedLoop({
    connections: 1,
    total: queries.length,
    call: (index) => {
      const q = queries[index];
      // The category keeps the list without a search out of the cache.
      const query = new URLSearchParams({
        limit: String(PAGE),
        ...(q === undefined ? { category: 'music' } : { q }),
      });
      return { url: world.url('tickets', `${path}?${query.toString()}`) };
    },
  });
  if (load.good < queries.length) throw new Error(`${path} answered ${JSON.stringify(load.answers)}`);
  return summarizeLatencies(load.latencies);
}

/** What the database does for a list that finds words by their beginnings only, without the rest of a request. */
async function measureEarlierList(world: World, queries: Queries): Promise<Latency> {
  const tickets = world.database('tickets').collection('tickets');
  const latencies: number[] = [];
  for (const q of queries) {
    const { filter, sort } = selectTickets(q === undefined ? { category: 'music' } : { q }, new Date());
    const order = { [sort.field]: sort.direction, _id: sort.direction };
    const startedAt = performance.now();
    await Promise.all([
      tickets
        .find(filter)
        .sort(order)
        .limit(PAGE + 1)
        .toArray(),
      tickets.countDocuments(filter, { limit: COUNT_TO }),
    ]);
    latencies.push(performance.now() - startedAt);
  }
  return summarizeLatencies(latencies);
}
