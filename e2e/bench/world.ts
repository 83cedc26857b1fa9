import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { System } from '../../infra/local/src/system.ts';
import { createTicketCall } from './calls.ts';
import { connectDatabases } from './databases.ts';
import type { ObservedEvent } from './events.ts';
import { observeUpdates } from './events.ts';
import type { Floor } from './floor.ts';
import { closedLoop } from './load.ts';
import type { Cpu } from './processes.ts';
import { readCpu, readMemory, readWrites } from './processes.ts';
import type { User } from './users.ts';
import { createUserFactory } from './users.ts';

export const services = ['auth', 'tickets', 'orders', 'payments', 'expiration'] as const;
export type Service = (typeof services)[number];

export type World = Awaited<ReturnType<typeof createWorld>>;

/** What the scenarios need of the running system: addresses, users with sessions, databases, events and CPU times. */
export async function createWorld(options: {
  system: System;
  floor?: Floor | undefined;
  quick: boolean;
  rounds: number;
  /** The file that a service with allocation.mjs writes. */
  allocationFile?: (service: Service) => string;
}) {
  const { system, floor, quick, rounds, allocationFile } = options;
  const databases = connectDatabases(system);
  const createUser = createUserFactory(system);
  const users: User[] = [];
  const updates = await observeUpdates(system);
  return {
    system,
    floor,
    rounds,
    database: databases.database,
    waitUntilQuiescent: () => databases.waitUntilQuiescent(),
    observe: (observer: (event: ObservedEvent) => void) => updates.observe(observer),
    /** A number of requests: `few` in a quick run. */
    count: (many: number, few: number) => (quick ? few : many),
    url: (service: Service, path: string) => `${system.urlOf(service)}${path}`,
    readCpu: (): Cpu => ({ ...readCpu(system.processes()), ...(floor && readCpu([floor])) }),
    readWrites: () => readWrites(system.processes()),
    readAllocated: () => (allocationFile ? readAllocated(allocationFile) : Promise.resolve({})),
    /** Resident memory in MiB by service. */
    readMemory: () =>
      Object.fromEntries(
        Object.entries(readMemory(system.processes()))
          .filter(([name]) => services.some((service) => service === name))
          .map(([name, { now }]) => [name, now]),
      ),
    /** The first `count` users; they are the same in every call. */
    async users(count: number): Promise<User[]> {
      while (users.length < count)
        users.push(...(await Promise.all(Array.from({ length: 100 }, createUser))));
      return users.slice(0, count);
    },
    /** Lists tickets through the API and waits until every service knows them. @returns their ids. */
    async listTickets(count: number): Promise<string[]> {
      const [seller] = await this.users(1);
      const ids: string[] = [];
      const { good } = await closedLoop({
        connections: 16,
        total: count,
        call: (index) => createTicketCall(this, seller as User, index),
        isGood: ({ status, body }) => status === 201 && ids.push((JSON.parse(body) as { id: string }).id) > 0,
      });
      if (good !== count) throw new Error(`Only ${good} of ${count} tickets were listed`);
      await databases.waitUntilQuiescent();
      return ids;
    },
    async close() {
      await updates.close();
      await databases.close();
    },
  };
}

/** The bytes that each service has allocated so far. */
async function readAllocated(file: (service: Service) => string): Promise<Record<string, number>> {
  await wait(300); // allocation.mjs writes every 250 ms
  return Object.fromEntries(services.map((name) => [name, Number(readFileSync(file(name), 'utf8'))]));
}
