import { setTimeout as wait } from 'node:timers/promises';
import { mongo } from 'mongoose';
import type { System } from '../../infra/local/src/system.ts';
import { findConsumerLag } from '../faults/consumer-lag.ts';

/** The services with a database, and the collection of their aggregate. */
const collections = { auth: 'users', tickets: 'tickets', orders: 'orders', payments: 'payments' } as const;
type Owner = keyof typeof collections;
const owners = Object.keys(collections) as Owner[];

/** Direct connections to the databases of the services. */
export function connectDatabases(system: System) {
  const clients = owners.map(
    (owner) => [owner, new mongo.MongoClient(system.urlOf(`mongod-${owner}`))] as const,
  );
  const databases = Object.fromEntries(clients.map(([owner, client]) => [owner, client.db()])) as Record<
    Owner,
    mongo.Db
  >;

  async function hasUnpublishedEvents(): Promise<boolean> {
    const found = await Promise.all(
      owners.map((owner) =>
        databases[owner]
          .collection(collections[owner])
          .findOne({ 'outbox.t': { $gt: new Date(0) } }, { projection: { _id: 1 } }),
      ),
    );
    return found.some((document) => document !== null);
  }

  return {
    database: (owner: Owner) => databases[owner],
    /** Waits until every outbox is empty and every event is handled, in two checks in a row. */
    async waitUntilQuiescent(withinMs = 120_000): Promise<void> {
      const deadline = Date.now() + withinMs;
      for (let quiescentChecks = 0; quiescentChecks < 2;) {
        await wait(50);
        const isQuiescent = !(await hasUnpublishedEvents()) && (await findConsumerLag(system)).length === 0;
        quiescentChecks = isQuiescent ? quiescentChecks + 1 : 0;
        if (Date.now() > deadline) throw new Error(`The system was not quiescent within ${withinMs} ms`);
      }
    },
    close: async () => void (await Promise.all(clients.map(([, client]) => client.close()))),
  };
}
