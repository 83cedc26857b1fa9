import { setTimeout as wait } from 'node:timers/promises';
import { mongo } from 'mongoose';
import type { Model } from 'mongoose';
import { bornAt } from './mongo.ts';

type Write = {
  updateOne: { filter: object; update: object; upsert: true };
  resolve: (isNewer: boolean) => void;
  reject: (error: unknown) => void;
};
type Queue = { waiting: Write[]; isWriting: boolean };

const MAX_BATCH = 500;
const queues = new WeakMap<object, Queue>();

/**
 * Stores another service's aggregate as this service knows it, if it is newer than what is there; one atomic write.
 * Duplicates, disorder and gaps all converge. The gate guards this write only: reactions to the event must run
 * whatever it answers, or a crash between the two would lose them.
 * @returns whether it was newer.
 */
export function applyReplica<T extends { _id: string; version: number }>(
  model: Model<T>,
  state: T,
): Promise<boolean> {
  const { _id, ...fields } = state;
  const filter = { _id, version: { $lt: state.version } };
  const queue = queues.get(model) ?? { waiting: [], isWriting: false };
  queues.set(model, queue);
  return new Promise((resolve, reject) => {
    queue.waiting.push({ updateOne: { filter, update: { $set: fields }, upsert: true }, resolve, reject });
    if (!queue.isWriting) void writeAll(model, queue);
  });
}

/** One round trip at a time: what comes meanwhile shares the next. */
async function writeAll<T>(model: Model<T>, queue: Queue): Promise<void> {
  queue.isWriting = true;
  while (queue.waiting.length > 0) await write(model, queue.waiting.splice(0, MAX_BATCH));
  queue.isWriting = false;
}

/** Settles each write. One that finds nothing older inserts, which a document that is there refuses. */
async function write<T>(model: Model<T>, batch: Write[]): Promise<void> {
  const operations = batch.map(({ updateOne }) => ({ updateOne }));
  try {
    await model.collection.bulkWrite(operations, { ordered: false });
    for (const { resolve } of batch) resolve(true);
  } catch (error) {
    const refusals = refusedWrites(error);
    batch.forEach(({ resolve, reject }, index) => {
      const code = refusals?.get(index);
      if (refusals && (code === undefined || code === DUPLICATE_KEY)) resolve(code === undefined);
      else reject(error);
    });
  }
}

const DUPLICATE_KEY = 11000;

/** Which writes were refused, and by which code; undefined when nobody knows what became of any. */
function refusedWrites(error: unknown): Map<number, number | undefined> | undefined {
  if (!(error instanceof mongo.MongoBulkWriteError) || error.result.getWriteConcernError()) return undefined;
  const refused = [error.writeErrors].flat();
  return refused.length > 0 ? new Map(refused.map(({ index, code }) => [index, Number(code)])) : undefined;
}

const FRESH_MS = 10_000;
const PATIENCE_MS = 2_000;

/**
 * Looks a replica up by id and waits up to 2 s for one that was born less than 10 s ago, whose event may still be
 * on its way: who lists and buys at once must not fail.
 * @returns what `find` found, or null.
 */
export async function findFresh<T>(id: string, find: (id: string) => Promise<T | null>): Promise<T | null> {
  const deadline = Date.now() + PATIENCE_MS;
  const fresh = Math.abs(Date.now() - bornAt(id)) < FRESH_MS;
  for (;;) {
    const found = await find(id);
    if (found || !fresh || Date.now() > deadline) return found;
    await wait(25);
  }
}
