import { setTimeout as wait } from 'node:timers/promises';
import type { Model, mongo, Mongoose } from 'mongoose';
import { Types } from 'mongoose';
import type { Logger } from 'pino';

import './settle-commands.ts';

/** A new id: 24 hex digits, an ObjectId. The first 8 digits are the current time in seconds since 1970. */
export function newId(): string {
  return new Types.ObjectId().toHexString();
}

/** When an id was created, in milliseconds since 1970, to the second. */
export function idTimestampMs(id: string): number {
  return parseInt(id.slice(0, 8), 16) * 1000;
}

/** The smallest id that can be created at `ms` milliseconds since 1970: to query for documents created since then. */
export function smallestIdAt(ms: number): string {
  return Math.floor(ms / 1000)
    .toString(16)
    .padStart(8, '0')
    .padEnd(24, '0');
}

/**
 * The options of every schema. A schema only declares the types and the indexes of a collection: every read and write
 * goes through the MongoDB driver (`collectionOf`), so Mongoose never validates, casts, fills in defaults or counts
 * versions. `required`, `default`, `minimize` or `optimisticConcurrency` would have no effect. `connectMongo` creates the
 * indexes; `insert`, `change` and `applyReplica` write `version`. `versionKey` only declares that field, for the queries
 * through Mongoose in tests.
 */
export const indexesOnly = { versionKey: 'version', autoIndex: false } as const;

/**
 * The driver's collection of a model, typed by the model's document. Use it for every read and write: it is the only way
 * to the documents.
 */
export function collectionOf<T extends { _id: string }>(model: Model<T>): mongo.Collection<T> {
  return collectionAs<T>(model);
}

/** A model of any documents. */
export type AnyModel = Pick<Model<unknown>, 'collection'>;

/** `collectionOf` for code that works with the documents of any model: `T` has the fields that this code needs. */
export function collectionAs<T extends { _id: string }>({ collection }: AnyModel): mongo.Collection<T> {
  return collection as unknown as mongo.Collection<T>; // Mongoose does not type the collection by the document
}

/** The errors of the driver and of Mongoose that mean: the database cannot be reached, or did not confirm in time. */
const unavailableErrors = new Set([
  'MongoClientClosedError',
  'MongoExpiredSessionError',
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoNotConnectedError',
  'MongoOperationTimeoutError',
  'MongoPoolClearedError',
  'MongoPoolClosedError',
  'MongoServerClosedError',
  'MongoServerSelectionError',
  'MongoTopologyClosedError',
  'MongoWaitQueueTimeoutError',
  'MongoWriteConcernError',
  'MongooseServerSelectionError',
  'PoolClearedOnNetworkError',
]);
/** The server's retryable conditions: not primary, shutting down, interrupted, network, time limit exceeded. */
const retryableCodes = new Set<unknown>([
  6, 7, 50, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436,
]);
/** Node's codes for a connection that the other end has closed; the driver passes them on unchanged. */
const closedConnectionCodes = new Set<unknown>(['EPIPE', 'ECONNRESET']);

/** Whether an error means that the database is unavailable or too slow, and not that the operation is wrong. */
export function isStoreUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (unavailableErrors.has(error.name)) return true;
  return 'code' in error && (retryableCodes.has(error.code) || closedConnectionCodes.has(error.code));
}

/** The name of the unique index that rejected a write, or undefined for any other error. */
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
 * Connects a service's Mongoose, retrying while the database is unavailable, creates the indexes of its models, and
 * checks that compare-and-set is atomic: a database where it is not would sell a ticket twice. `ca` has the PEM blocks of
 * the database's certificate authorities and requires TLS; without it, `tls=true` in the URI trusts those that Node trusts.
 * Throws when the check or the creation of an index fails.
 */
export async function connectMongo(
  db: Mongoose,
  uri: string,
  log: Logger,
  { ca, timeouts = requestTimeouts }: { ca?: string | undefined; timeouts?: MongoTimeouts } = {},
): Promise<void> {
  for (;;) {
    try {
      await db.connect(uri, {
        writeConcern: { w: 'majority', journal: true },
        ...mongoTls(ca),
        ...timeouts,
        maxPoolSize: 50,
        bufferCommands: false,
        autoIndex: false,
        autoCreate: false,
      });
      await Promise.all(Object.values(db.models).map(createIndexes));
      await assertCompareAndSet(db);
      return;
    } catch (error) {
      if (!isStoreUnavailable(error)) throw error;
      log.warn({ err: error }, 'database unavailable, will retry');
      await db.disconnect();
      await wait(500);
    }
  }
}

/** In one command: each start of a service waits for it, and Mongoose would send a command for each index. */
async function createIndexes({
  collection,
  schema,
}: Pick<Model<unknown>, 'collection' | 'schema'>): Promise<void> {
  const indexes = schema.indexes().map(([key, options]) => ({ ...options, key }));
  if (indexes.length > 0) await collection.createIndexes(indexes as mongo.IndexDescription[]);
}

/** The driver's options for a database with a certificate by `ca`. */
export function mongoTls(ca: string | undefined): { tls?: true; ca?: string } {
  return ca ? { tls: true, ca } : {};
}

const CONCURRENT_UPDATES = 10;

/** Runs conditional updates of one document concurrently; exactly one of them must match. */
async function assertCompareAndSet(db: Mongoose): Promise<void> {
  const probes = db.connection.collection<{ _id: string; version: number }>('probes');
  const _id = newId();
  await probes.insertOne({ _id, version: 0 });
  const results = await Promise.all(
    Array.from({ length: CONCURRENT_UPDATES }, () =>
      probes.updateOne({ _id, version: 0 }, { $inc: { version: 1 } }),
    ),
  );
  await probes.deleteOne({ _id });
  const updated = results.filter((result) => result.modifiedCount === 1).length;
  if (updated !== 1)
    throw new Error(
      `Unsuitable database: ${updated} of ${CONCURRENT_UPDATES} concurrent compare-and-set updates succeeded, not 1`,
    );
}
