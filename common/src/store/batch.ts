import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { mongo } from 'mongoose';
import type { Model } from 'mongoose';
import { duplicateKey } from './mongo.ts';

type Waiting<T, R> = { item: T; resolve: (result: R) => void; reject: (error: unknown) => void };

const MAX_BATCH = 100;

/**
 * Makes one round trip of what is asked for at the same time. What comes while one is under way shares the next, so
 * nobody gets an answer that is older than the question. `work` answers each item in its place, with an Error for one
 * that failed; when it throws, all of them have failed. Before each trip `gather` is waited for: by default for what is
 * asked in the same turn of the event loop.
 */
export function createBatcher<T, R>(
  work: (items: T[]) => Promise<(R | Error)[]>,
  gather: () => Promise<unknown> = turnOfTheLoop,
): (item: T) => Promise<R> {
  let waiting: Waiting<T, R>[] = [];
  let isRunning = false;

  async function run() {
    isRunning = true;
    while (waiting.length > 0) {
      await gather();
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

/** A function of a model, made once for each. */
function once<F>(make: (model: Model<never>) => F): (model: object) => F {
  const made = new WeakMap<object, F>();
  return (model) => {
    const known = made.get(model) ?? make(model as Model<never>);
    made.set(model, known);
    return known;
  };
}

const readings = once((model) =>
  createBatcher<string, { _id: string } | null>(async (ids) => {
    const distinct = [...new Set(ids)];
    const filter = { _id: (distinct.length === 1 ? distinct[0] : { $in: distinct }) as never };
    const found = await model.collection
      .find<{ _id: string }>(filter, { projection: { outbox: 0 }, limit: distinct.length })
      .toArray();
    const byId = new Map(found.map((document) => [document._id, document]));
    return ids.map((id) => byId.get(id) ?? null);
  }),
);

/**
 * Reads a document by its id, without its outbox, in one round trip with others that are wanted now. Not to be changed
 * in place: others may have got the same object.
 */
export function readById<T extends { _id: string }>(model: Model<T>, _id: string): Promise<T | null> {
  return readings(model)(_id) as Promise<T | null>;
}

const writings = once((model) =>
  createBatcher<mongo.AnyBulkWriteOperation, true>(async (operations) => {
    try {
      await model.collection.bulkWrite(operations, { ordered: false });
      return operations.map(() => true);
    } catch (error) {
      const refused = refusedWrites(error);
      return operations.map((_, index) => refused.get(index) ?? true);
    }
  }),
);

/** What became of each write that was refused. Throws the error when nobody knows what became of any. */
function refusedWrites(error: unknown): Map<number, Error> {
  if (!(error instanceof mongo.MongoBulkWriteError)) throw error;
  const concern = error.result.getWriteConcernError();
  if (concern) {
    const { code = 0, errmsg = '' } = concern;
    throw new mongo.MongoWriteConcernError({ ok: 1, writeConcernError: { code, errmsg } });
  }
  // What the driver says of its connection is wrapped, and would be taken for something that the server said.
  if (error.errorResponse instanceof Error) throw error.errorResponse;
  const refused = [error.writeErrors].flat();
  if (refused.length === 0) throw error;
  return new Map(
    refused.map(({ index, code, errmsg }) => [
      index,
      new mongo.MongoServerError({ code, errmsg: errmsg ?? '' }),
    ]),
  );
}

/** Inserts a document, in one round trip with other writes. A duplicate key is thrown as MongoServerError. */
export async function insertDocument<T extends { _id: string }>(model: Model<T>, document: T): Promise<void> {
  await writings(model)({ insertOne: { document: document as never } });
}

/**
 * Writes where the condition holds, or where there is no such document, in one round trip with other writes. An update
 * that matches nothing tries to insert, which a document that is there refuses: so each write has an answer of its own.
 * @returns whether it was written.
 */
export async function upsertWhere<T>(
  model: Model<T>,
  filter: { _id: string } & Record<string, unknown>,
  update: object,
): Promise<boolean> {
  try {
    return await writings(model)({ updateOne: { filter: filter as never, update, upsert: true } });
  } catch (error) {
    if (duplicateKey(error) === '_id_') return false;
    throw error;
  }
}
