import { setTimeout as wait } from 'node:timers/promises';
import type { Model } from 'mongoose';
import { upsertWhere } from './batch.ts';
import { idTimestampMs } from './mongo.ts';

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
  const { _id, version, ...fields } = state;
  return upsertWhere(model, { _id, version: { $lt: version } }, { $set: { ...fields, version } });
}

const FRESH_MS = 10_000;
const PATIENCE_MS = 2_000;

/**
 * Looks a replica up by id and waits up to 2 s for one that was born less than 10 s ago, whose event may still be
 * on its way: who lists and buys at once must not fail.
 * @returns what `find` found, or null.
 */
export async function waitForReplica<T>(
  id: string,
  find: (id: string) => Promise<T | null>,
): Promise<T | null> {
  const deadline = Date.now() + PATIENCE_MS;
  const fresh = Math.abs(Date.now() - idTimestampMs(id)) < FRESH_MS;
  for (;;) {
    const found = await find(id);
    if (found || !fresh || Date.now() > deadline) return found;
    await wait(25);
  }
}
