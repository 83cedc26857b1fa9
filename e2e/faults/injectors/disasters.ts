import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { mongo } from 'mongoose';
import { findConsumerLag } from '../consumer-lag.ts';
import type { Disaster } from '../fault-kinds.ts';
import type { FaultContext, Injectors } from './fault-context.ts';
import { instantFault, SECOND } from './fault-context.ts';

/** What orders stores because of the events of others. A restore of its orders would undo what buyers were answered. */
const copiesInOrders = ['tickets', 'positions'];

/** Faults after which the log of the broker and the store of a service disagree. */
export function disasters({ world, random }: FaultContext): Injectors<Disaster> {
  const { system } = world;

  async function whileHeld(names: string[], work: () => Promise<void>): Promise<void> {
    await Promise.all(names.map((name) => system.hold(name)));
    await work();
    for (const name of names) system.resume(name);
    await Promise.all(names.map((name) => system.waitReady(name)));
  }

  async function isAuditBehind(): Promise<boolean> {
    const problems = await findConsumerLag(system);
    return problems.some((problem) => !problem.startsWith('lag:') || problem.includes('audit'));
  }

  return {
    async 'database restored'() {
      const client = new mongo.MongoClient(system.urlOf('mongod-orders'));
      try {
        const backup = await readCollections(client.db(), copiesInOrders);
        await wait(random.between(3, 5) * SECOND);
        const orders = world.services.filter((name) => name.startsWith('orders'));
        await whileHeld(orders, () => restoreCollections(client.db(), backup));
      } finally {
        await client.close();
      }
      return instantFault('orders, mongod-orders');
    },
    async 'broker volume lost'() {
      await whileHeld(world.services, async () => {
        // What the recording consumer has not got would look like an event that was never published.
        while (await isAuditBehind()) await wait(SECOND / 10);
        await system.hold(system.broker);
        const data = join(system.folder, 'data', system.broker);
        for (const name of readdirSync(data).filter((file) => !file.endsWith('.conf')))
          rmSync(join(data, name), { recursive: true });
        system.resume(system.broker);
        await system.waitReady(system.broker);
      });
      return instantFault(system.broker);
    },
  };
}

type Collections = Map<string, mongo.Document[]>;

async function readCollections(db: mongo.Db, names: string[]): Promise<Collections> {
  const entries = names.map(async (name) => [name, await db.collection(name).find().toArray()] as const);
  return new Map(await Promise.all(entries));
}

async function restoreCollections(db: mongo.Db, backup: Collections): Promise<void> {
  for (const [name, documents] of backup) {
    await db.collection(name).deleteMany();
    if (documents.length > 0) await db.collection(name).insertMany(documents);
  }
}
