import { createPrivateKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { connectToNats, createLogger, newId, readPublicKeys } from '@ticketing/common';
import type { EventBus } from '@ticketing/common';
import { mongo } from 'mongoose';
import type { System } from '../../infra/local/src/system.ts';
import type { Floor } from './floor.ts';
import { closedLoop } from './load.ts';
import type { Call } from './load.ts';
import { argumentsOf, readCpu, readMemory } from './processes.ts';
import type { Cpu } from './processes.ts';

export const services = ['auth', 'tickets', 'orders', 'payments', 'expiration'] as const;
export type Service = (typeof services)[number];

export type Person = { id: string; email: string; cookie: string };

export type World = Awaited<ReturnType<typeof createWorld>>;

/** The running shop as the scenarios see it: its doors, people with sessions, and whether it has come to rest. */
export async function createWorld(options: {
  system: System;
  floor: Floor | undefined;
  quick: boolean;
  rounds: number;
  /** Where a service that was started with allocation.mjs writes. */
  allocationFile?: (service: Service) => string;
}) {
  const { system, floor, quick, rounds, allocationFile } = options;
  const clients = services
    .filter((service) => service !== 'expiration')
    .map((service) => new mongo.MongoClient(system.urlOf(`mongod-${service}`)));
  const collections = { auth: 'users', tickets: 'tickets', orders: 'orders', payments: 'payments' };
  const database = (service: keyof typeof collections) =>
    clients[services.indexOf(service)]?.db() as mongo.Db;
  const nats = system.processes().find(({ name }) => name === 'nats-streaming');
  const natsArguments = argumentsOf(nats?.pid ?? 0);
  const monitor = `http://127.0.0.1:${natsArguments[natsArguments.indexOf('-m') + 1]}/streaming/channelsz?subs=1&limit=100`;
  const makeCookie = signer(system);
  const people: Person[] = [];
  const bus = await busOf(system, 'bench-observer');
  const observers = new Set<(seen: Seen) => void>();
  for (const name of ['ticket:updated', 'order:updated'] as const)
    bus.observe(name, ({ id, status, ...data }) => {
      const orderId = 'orderId' in data ? data.orderId : null;
      for (const observer of observers) observer({ id, status, orderId });
    });
  await bus.ready();

  async function hasUnpublished(): Promise<boolean> {
    const found = await Promise.all(
      Object.entries(collections).map(([service, name]) =>
        database(service as keyof typeof collections)
          .collection(name)
          .findOne({ 'outbox.t': { $gt: new Date(0) } }, { projection: { _id: 1 } }),
      ),
    );
    return found.some((document) => document !== null);
  }

  async function hasUndelivered(): Promise<boolean> {
    const response = await fetch(monitor);
    const { channels = [] } = (await response.json()) as { channels?: Channel[] };
    return channels.some(({ last_seq, subscriptions = [] }) =>
      subscriptions.some(
        ({ queue_name, last_sent, pending_count }) =>
          queue_name && (last_sent < last_seq || pending_count > 0),
      ),
    );
  }

  /** Waits until every outbox is empty and every event is handled, seen twice in a row. */
  async function settle(withinMs = 120_000): Promise<void> {
    const deadline = Date.now() + withinMs;
    for (let calm = 0; calm < 2;) {
      await wait(50);
      calm = (await hasUnpublished()) || (await hasUndelivered()) ? 0 : calm + 1;
      if (Date.now() > deadline) throw new Error(`the shop did not come to rest within ${withinMs} ms`);
    }
  }

  return {
    system,
    floor,
    quick,
    rounds,
    database,
    settle,
    /** How many to do: the second number in a quick run. */
    count: (many: number, few: number) => (quick ? few : many),
    url: (service: Service, path: string) => `${system.urlOf(service)}${path}`,
    cpu: (): Cpu => ({ ...readCpu(system.processes()), ...(floor && readCpu([floor])) }),
    /** Bytes that each service has allocated so far; none where that is not watched. */
    async allocated(): Promise<Record<string, number>> {
      if (!allocationFile) return {};
      await wait(300); // until what happened so far is written
      return Object.fromEntries(
        services.map((name) => [name, Number(readFileSync(allocationFile(name), 'utf8'))]),
      );
    },
    /** MiB of each service now. */
    memory: () =>
      Object.fromEntries(
        Object.entries(readMemory(system.processes()))
          .filter(([name]) => services.some((service) => service === name))
          .map(([name, { now }]) => [name, now]),
      ),
    /** Calls back for each event of the kinds above until what it returns is called. */
    watch(observer: (seen: Seen) => void) {
      observers.add(observer);
      return () => observers.delete(observer);
    },
    /** The same people every time, `many` of them; each has a session as auth would have made it. */
    async people(many: number): Promise<Person[]> {
      while (people.length < many)
        people.push(...(await Promise.all(Array.from({ length: 100 }, makeCookie))));
      return people.slice(0, many);
    },
    /** Lists tickets through the shop and waits until everybody knows them. */
    async tickets(many: number): Promise<string[]> {
      const [seller] = await this.people(1);
      const ids: string[] = [];
      const { good } = await closedLoop({
        connections: 16,
        total: many,
        call: (index) => listing(this, seller as Person, index),
        isGood: ({ status, body }) => status === 201 && ids.push((JSON.parse(body) as { id: string }).id) > 0,
      });
      if (good !== many) throw new Error(`only ${good} of ${many} tickets could be listed`);
      await settle();
      return ids;
    },
    async close() {
      await bus.close();
      await Promise.all(clients.map((client) => client.close()));
    },
  };
}

export type Seen = { id: string; status: string; orderId: string | null };
type Channel = {
  last_seq: number;
  subscriptions?: { queue_name?: string; last_sent: number; pending_count: number }[];
};

/** A ticket as sellers describe them. */
export function listing(world: Pick<World, 'url'>, seller: Person, index: number): Call {
  return {
    method: 'POST',
    url: world.url('tickets', '/api/tickets'),
    cookie: seller.cookie,
    body: {
      title: `Evening of strings ${index}`,
      price: 42.5,
      startsAt: '2035-06-12T18:30:00.000Z',
      timeZone: 'Europe/Berlin',
      venue: 'Waldbühne',
      city: 'Berlin',
      category: 'classical',
      seat: `Block C, row 7, seat ${index}`,
      secret: 'A1B2',
    },
  };
}

/** A bus of our own to the broker of the shop, under a name that nobody else has. */
export function busOf(system: System, clientId: string): Promise<EventBus> {
  return connectToNats({
    url: system.urlOf('nats-streaming'),
    clusterId: 'ticketing',
    clientId,
    group: clientId,
    deadLetters: async () => undefined,
    log: createLogger('bench', 'fatal'),
  });
}

/** Makes people whose tokens are signed with the shop's own key; to sign up thousands would only measure hashing. */
function signer({ keys }: System): () => Promise<Person> {
  const key = createPrivateKey(readFileSync(keys.privateKeyFile));
  const kid = readPublicKeys(readFileSync(keys.publicKeyFile, 'utf8'))[0]?.kid;
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return () => {
    const id = newId();
    const email = `${id}@example.com`;
    const iat = Math.floor(Date.now() / 1000);
    const claims = { sub: id, email, sid: newId(), sv: 0, iat, exp: iat + 12 * 3600 };
    const unsigned = `${encode({ alg: 'RS256', typ: 'JWT', kid })}.${encode(claims)}`;
    return new Promise((resolve, reject) => {
      sign('RSA-SHA256', Buffer.from(unsigned), key, (error, signature) => {
        if (error) return reject(error);
        const jwt = `${unsigned}.${signature.toString('base64url')}`;
        resolve({ id, email, cookie: `session=${Buffer.from(JSON.stringify({ jwt })).toString('base64')}` });
      });
    });
  };
}
