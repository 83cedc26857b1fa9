import { setTimeout as wait } from 'node:timers/promises';
import { Types } from 'mongoose';
import type { Mongoose } from 'mongoose';
import type { Logger } from 'pino';

/** A new id: 24 hex digits whose first 8 are the seconds of its birth (an ObjectId). */
export function newId(): string {
  return new Types.ObjectId().toHexString();
}

/** When an id was made, in milliseconds since 1970, to the second. */
export function idTimestampMs(id: string): number {
  return parseInt(id.slice(0, 8), 16) * 1000;
}

/** The first id that can be made at a time, in milliseconds since 1970: for queries of what was born since. */
export function smallestIdAt(ms: number): string {
  return Math.floor(ms / 1000)
    .toString(16)
    .padStart(8, '0')
    .padEnd(24, '0');
}

/** Schema options of every aggregate: `version` counts its published changes and guards each write. */
export const versioned = {
  versionKey: 'version',
  optimisticConcurrency: true,
  timestamps: false,
  minimize: false,
  autoIndex: false,
} as const;

/** Errors by which the MongoDB driver says that the database is away or too slow, not that the request is wrong. */
export function isStoreUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    /^(Mongo(ose)?(Network|NetworkTimeout|ServerSelection|NotConnected|TopologyClosed|PoolClosed|PoolCleared|WaitQueueTimeout|OperationTimeout|WriteConcern|ConnectionPoolClosed|ServerClosed|ExpiredSession)\w*Error|MongoClientClosedError|MongoClosedError|PoolClearedOnNetworkError)$/.test(
      error.name,
    ) ||
    ('code' in error && (notPrimary.has(error.code) || brokenPipe.has(error.code)))
  );
}
// Not primary, shutting down, interrupted, network, exceeded time: the server's retryable conditions.
const notPrimary = new Set<unknown>([6, 7, 50, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436]);
// A connection whose other end is gone, which the driver passes on as it comes.
const brokenPipe = new Set<unknown>(['EPIPE', 'ECONNRESET']);

/** Which unique index refused a write, or undefined when it was another error. */
export function duplicateKey(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 11000) return undefined;
  return /index: (\S+)/.exec(error.message)?.[1] ?? 'unknown';
}

/** How long the driver waits for the database. */
export type MongoTimeouts = {
  serverSelectionTimeoutMS: number;
  connectTimeoutMS: number;
  socketTimeoutMS: number;
  waitQueueTimeoutMS: number;
};

/** Each is shorter than the 5 s in which every request is answered. */
const requestTimeouts: MongoTimeouts = {
  serverSelectionTimeoutMS: 4_000,
  connectTimeoutMS: 4_000,
  socketTimeoutMS: 4_500,
  waitQueueTimeoutMS: 4_000,
};

/**
 * Connects this service's own Mongoose, waiting as long as it takes, builds the indexes of its models and proves
 * that the database is fit for us. Throws when it is not: a database whose compare-and-set is not atomic would
 * sell a ticket twice.
 */
export async function connectMongo(
  db: Mongoose,
  uri: string,
  log: Logger,
  timeouts = requestTimeouts,
): Promise<void> {
  for (;;) {
    try {
      await db.connect(uri, {
        writeConcern: { w: 'majority', journal: true },
        ...timeouts,
        maxPoolSize: 50,
        bufferCommands: false,
        autoIndex: false,
      });
      for (const model of Object.values(db.models)) await model.createIndexes();
      await assertCompareAndSet(db);
      return;
    } catch (error) {
      if (!isStoreUnavailable(error)) throw error;
      log.warn({ err: error }, 'database is away, trying again');
      await db.disconnect();
      await wait(500);
    }
  }
}

/** Races 50 conditional updates of one document; exactly one may win. */
async function assertCompareAndSet(db: Mongoose): Promise<void> {
  const probes = db.connection.collection<{ _id: string; version: number }>('probes');
  const _id = newId();
  await probes.insertOne({ _id, version: 0 });
  const results = await Promise.all(
    Array.from({ length: 50 }, () => probes.updateOne({ _id, version: 0 }, { $inc: { version: 1 } })),
  );
  await probes.deleteOne({ _id });
  const winners = results.filter((result) => result.modifiedCount === 1).length;
  if (winners !== 1)
    throw new Error(`This database is not fit for the shop: ${winners} of 50 racing updates won, one must`);
}
