import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Model } from 'mongoose';
import { mongo } from 'mongoose';
import type { AnyModel } from './mongo.ts';
import { collectionAs, duplicateKey } from './mongo.ts';
import { markUnconfirmed } from './unconfirmed-write.ts';
import { inWriteSpan } from './write-span.ts';

type Waiting<T, R> = { item: T; resolve: (result: R) => void; reject: (error: unknown) => void };

const MAX_BATCH = 100;

/**
 * Combines concurrent calls into one round trip. A call that comes while a round trip is in flight joins the next one,
 * so no result is older than its call. `work` returns one result per item, in order, or an Error for an item that failed;
 * when `work` rejects, every item of the batch fails. `gather` resolves when the batch is complete: by default it collects
 * the calls of the same turn of the event loop. A full batch does not wait for it.
 */
export function createBatcher<T, R>(
  work: (items: T[]) => Promise<(R | Error)[]>,
  gather: () => Promise<unknown> = nextTurn,
): (item: T) => Promise<R> {
  let waiting: Waiting<T, R>[] = [];
  let isRunning = false;

  async function run() {
    isRunning = true;
    while (waiting.length > 0) {
      if (waiting.length < MAX_BATCH) await gather();
      const batch = waiting.slice(0, MAX_BATCH);
      waiting = waiting.slice(MAX_BATCH);
      await settle(batch);
    }
    isRunning = false;
  }

  async function settle(batch: Waiting<T, R>[]) {
    try {
      const results = await work(batch.map(({ item }) => item));
      batch.forEach(({ resolve, reject }, index) => {
        const result = results[index] as R | Error;
        if (result instanceof Error) reject(result);
        else resolve(result);
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!isRunning) void run();
    });
}

/** A document of any model. */
type AnyDocument = { _id: string; [field: string]: unknown };

/** Creates `F` once for each model. */
function oncePerModel<F>(create: (model: AnyModel) => F): (model: AnyModel) => F {
  const created = new WeakMap<AnyModel, F>();
  return (model) => {
    const known = created.get(model) ?? create(model);
    created.set(model, known);
    return known;
  };
}

const batchedReads = oncePerModel((model) =>
  createBatcher<string, AnyDocument | null>(async (ids) => {
    const distinct = [...new Set(ids)];
    const [first = ''] = distinct;
    const found = await collectionAs<AnyDocument>(model)
      .find(distinct.length === 1 ? { _id: first } : { _id: { $in: distinct } })
      .project<AnyDocument>({ outbox: 0 })
      .limit(distinct.length)
      .toArray();
    const byId = new Map(found.map((document) => [document._id, document]));
    return ids.map((id) => byId.get(id) ?? null);
  }),
);

/**
 * Reads a document by its id, without its outbox, in one round trip with concurrent reads. Do not modify the result:
 * other callers may have the same object.
 */
export function readById<T extends { _id: string }>(model: Model<T>, _id: string): Promise<T | null> {
  return batchedReads(model)(_id) as Promise<T | null>;
}

type Operation = mongo.AnyBulkWriteOperation<AnyDocument>;

const batchedWrites = oncePerModel((model) =>
  createBatcher<Operation, true>((operations) => markUnconfirmed(writeAll(model, operations))),
);

async function writeAll(model: AnyModel, operations: Operation[]): Promise<(true | Error)[]> {
  try {
    await collectionAs<AnyDocument>(model).bulkWrite(operations, { ordered: false });
    return operations.map(() => true);
  } catch (error) {
    const rejected = rejectedWrites(error);
    return operations.map((_, index) => rejected.get(index) ?? true);
  }
}

/** The writes that the server rejected, by index, and their errors. Throws the error when no outcome is known. */
function rejectedWrites(error: unknown): Map<number, Error> {
  if (!(error instanceof mongo.MongoBulkWriteError)) throw error;
  const concern = error.result.getWriteConcernError();
  if (concern) {
    const { code = 0, errmsg = '' } = concern;
    throw new mongo.MongoWriteConcernError({ ok: 1, writeConcernError: { code, errmsg } });
  }
  // The driver also wraps its connection errors. Unwrap them, or they would look like errors from the server.
  if (error.errorResponse instanceof Error) throw error.errorResponse;
  const rejected = [error.writeErrors].flat();
  if (rejected.length === 0) throw error;
  return new Map(
    rejected.map(({ index, code, errmsg }) => [
      index,
      new mongo.MongoServerError({ code, errmsg: errmsg ?? '' }),
    ]),
  );
}

/**
 * Inserts a document, in one round trip with concurrent writes. Throws MongoServerError for a duplicate key (see
 * `duplicateKey`).
 */
export async function insertDocument<T extends { _id: string }>(model: Model<T>, document: T): Promise<void> {
  await inWriteSpan('insert', model.collection.name, () => batchedWrites(model)({ insertOne: { document } }));
}

/** An update document, such as `{ $set: { title } }`. Looser than the driver's type, which rejects generic documents. */
export type Update =
  { $set?: object; $unset?: object; $setOnInsert?: object; $push?: object } | UpdatePipeline;
/** An update that may compare stored fields. In its stages a string is an expression: wrap values in `$literal`. */
export type UpdatePipeline = { $set: object }[];

/**
 * Updates the document that matches `filter`, or inserts it when no document has this id, in one round trip with
 * concurrent writes. When a document with this id does not match, the upsert tries to insert and fails with a duplicate
 * key: this gives each write of the round trip its own outcome.
 * @returns whether the document was written.
 */
export function upsertWhere<T extends { _id: string }>(
  model: Model<T>,
  filter: AnyDocument,
  update: Update,
): Promise<boolean> {
  return inWriteSpan('update', model.collection.name, () => upsert(model, filter, update));
}

async function upsert(model: AnyModel, filter: AnyDocument, update: Update): Promise<boolean> {
  try {
    return await batchedWrites(model)({
      updateOne: { filter, update: update as mongo.UpdateFilter<AnyDocument>, upsert: true },
    });
  } catch (error) {
    if (duplicateKey(error) === '_id_') return false;
    throw error;
  }
}
