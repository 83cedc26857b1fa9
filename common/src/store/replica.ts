import { setTimeout as wait } from 'node:timers/promises';
import type { Model } from 'mongoose';
import { upsertWhere } from './batch.ts';
import { idTimestampMs } from './mongo.ts';

/**
 * Stores a replica of another service's aggregate if it is newer than the stored one, in one atomic write. Duplicate,
 * reordered and missing events all converge. Callers must run their reactions to the event whatever the result is:
 * a crash after this write and before the reaction would otherwise lose the reaction.
 * @returns whether the state was newer.
 */
export function applyReplica<T extends { _id: string; version: number }>(
  model: Model<T>,
  state: T,
): Promise<boolean> {
  const { _id, version, ...fields } = state;
  return upsertWhere(model, { _id, version: { $lt: version } }, { $set: { ...fields, version } });
}

const YOUNG_MS = 10_000;
const WAIT_MS = 2_000;

/**
 * Finds a replica by id. Waits up to 2 s for one whose id is younger than 10 s, because its event may not have arrived
 * yet: a buyer must be able to buy a ticket right after it was listed.
 * @returns the result of `find`, or null.
 */
export async function waitForReplica<T>(
  id: string,
  find: (id: string) => Promise<T | null>,
): Promise<T | null> {
  const deadline = Date.now() + WAIT_MS;
  const isYoung = Math.abs(Date.now() - idTimestampMs(id)) < YOUNG_MS;
  for (;;) {
    const found = await find(id);
    if (found || !isYoung || Date.now() > deadline) return found;
    await wait(25);
  }
}
