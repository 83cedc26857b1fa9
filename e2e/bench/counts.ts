import { once } from 'node:events';
import { connect } from 'node:net';
import type { mongo } from 'mongoose';
import type { System } from '../../infra/local/src/system.ts';
import { commandRedis } from '../shop/command-redis.ts';
import { at } from './calls.ts';
import type { User } from './users.ts';
import type { World } from './world.ts';

/** What one purchase causes, on average. Unlike CPU, it does not depend on what else the machine does. */
export type Counts = {
  /** Requests that the services received, with the webhooks. */
  http: number;
  /** Events that the broker stored. */
  events: number;
  /** Events that a service acknowledged. */
  deliveries: number;
  /** MongoDB commands of each service, without its sweeps and `drains`. */
  mongo: Record<Owner, number>;
  /** Further MongoDB commands: each removes the published events of one or more documents from their outboxes. */
  drains: number;
  /** Redis commands that name an order. */
  redis: number;
};

/** The services that have a part in a purchase. */
const participants = ['tickets', 'orders', 'payments', 'expiration'] as const;
const owners = ['tickets', 'orders', 'payments'] as const;
type Owner = (typeof owners)[number];

/** For the profiler: about 100 KiB for each purchase. */
const PROFILE_BYTES = 64 * 1024 * 1024;

/**
 * Buys the tickets one after the other with `purchase`, which returns the id of the order, and counts. The counts come from
 * the metrics of the services, the profiler of MongoDB and MONITOR of Redis.
 */
export async function countPurchases(
  world: World,
  purchase: (buyer: User, ticketId: string) => Promise<string>,
  { buyers, ticketIds }: { buyers: User[]; ticketIds: string[] },
): Promise<Counts> {
  const { system } = world;
  const orderIds: string[] = [];
  await world.waitUntilQuiescent();
  const redis = await monitorRedis(system.urlOf('redis'));
  await Promise.all(owners.map((owner) => startProfiler(world.database(owner))));
  const before = await readCounters(system);
  for (const [index, ticketId] of ticketIds.entries())
    orderIds.push(await purchase(at(buyers, index), ticketId));
  await world.waitUntilQuiescent();
  const after = await readCounters(system);
  const perPurchase = (count: number) => count / ticketIds.length;
  const counted = (name: keyof typeof after) => perPurchase(after[name] - before[name]);
  const commands = await Promise.all(owners.map((owner) => stopProfiler(world.database(owner))));
  const besidesDrains = owners.map((owner, index) => {
    return [owner, perPurchase(commands[index]?.filter((one) => !isDrain(one)).length ?? 0)];
  });
  return {
    http: counted('http'),
    events: counted('events'),
    deliveries: counted('deliveries'),
    mongo: Object.fromEntries(besidesDrains) as Counts['mongo'],
    drains: perPurchase(commands.flat().filter(isDrain).length),
    redis: perPurchase(await redis.close(orderIds)),
  };
}

/** One line: what a purchase causes. */
export function formatCounts({ http, events, deliveries, mongo: by, drains, redis }: Counts) {
  const round = (count: number) => Number(count.toFixed(1)).toString();
  const commands = Object.values(by).reduce((sum, count) => sum + count, drains);
  const shares = Object.entries({ ...by, drains }).map(([name, count]) => `${name} ${round(count)}`);
  return (
    `${round(http)} HTTP requests, ${round(events)} events, ${round(deliveries)} deliveries, ` +
    `${round(commands)} MongoDB commands (${shares.join(', ')}), ` +
    `${round(redis)} Redis commands`
  );
}

/** Totals since the start of the processes. */
async function readCounters(system: System) {
  const texts = await Promise.all(
    participants.map(async (name) => (await fetch(`${system.urlOf(name)}/metrics`)).text()),
  );
  const total = (metric: string) => texts.reduce((sum, text) => sum + sumOf(text, metric), 0);
  return {
    http: total('ticketing_http_request_seconds_count{route="/api/'),
    events: total('ticketing_bus_publish_seconds_count{'),
    deliveries: total('ticketing_bus_handled_total{'),
  };
}

/** The sum of the samples of a Prometheus text whose lines start with `prefix`. */
function sumOf(text: string, prefix: string): number {
  return text
    .split('\n')
    .filter((line) => line.startsWith(prefix))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

/** An entry of MongoDB's profiler: a command, or one statement of it when it has several. */
type Profiled = {
  op: string;
  ns: string;
  command: {
    filter?: Record<string, unknown>;
    query?: Record<string, unknown>;
    u?: { $pull?: { outbox?: unknown } };
  };
  locks?: { Global?: { acquireCount?: { w?: number } } };
};

async function startProfiler(database: mongo.Db): Promise<void> {
  await database.command({ profile: 0 });
  await database.dropCollection('system.profile');
  await database.createCollection('system.profile', { capped: true, size: PROFILE_BYTES });
  await database.command({ profile: 2 });
}

/** @returns the commands since the start, without those that no purchase causes. */
async function stopProfiler(database: mongo.Db): Promise<Profiled[]> {
  await database.command({ profile: 0 });
  const entries = await database.collection<Profiled>('system.profile').find().toArray();
  return entries.filter((entry) => {
    const isOfCollection = !/\.(positions|system\.profile)$/.test(entry.ns) && entry.command;
    return isOfCollection && isFirstStatement(entry) && !isSweep(entry);
  });
}

/** The locks of an entry are those that its command has taken so far, so each further statement has a higher number. */
function isFirstStatement({ op, locks }: Profiled): boolean {
  return op !== 'update' || (locks?.Global?.acquireCount?.w ?? 1) <= 1;
}

/** What runs on a timer reads by time; so does `waitUntilQuiescent`. */
function isSweep({ command: { query = {}, filter = query } }: Profiled): boolean {
  const isTime = (value: unknown) =>
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).some((limit) => limit instanceof Date);
  return '$expr' in filter || Object.values(filter).some(isTime);
}

function isDrain({ command }: Profiled): boolean {
  return command.u?.$pull?.outbox !== undefined;
}

/** Records the commands that Redis gets from clients. Those of a script are part of the script's command. */
async function monitorRedis(url: string) {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const received = async (end: string) => {
    while (!text.includes(end)) await once(socket, 'data');
  };
  await once(socket, 'connect');
  socket.write('MONITOR\r\n');
  await received('+OK');
  return {
    /** @returns how many named one of the orders. */
    async close(orderIds: string[]): Promise<number> {
      await commandRedis(url, 'ECHO end-of-counting');
      await received('end-of-counting');
      socket.destroy();
      const names = (line: string) => !line.includes(' lua] ') && orderIds.some((id) => line.includes(id));
      return text.split('\r\n').filter(names).length;
    },
  };
}
