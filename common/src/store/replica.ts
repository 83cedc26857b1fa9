import { setTimeout as wait } from 'node:timers/promises';
import type { Model } from 'mongoose';
import { NotFoundError, NotSynchronizedError } from '../errors.ts';
import type { EventBus } from '../event-bus.ts';
import type { UpdatePipeline } from './batch.ts';
import { upsertWhere } from './batch.ts';
import { idTimestampMs } from './mongo.ts';
import { startWait } from './waits.ts';

/**
 * Stores a replica of another service's aggregate if it is newer than the stored one, in one atomic write. Duplicate,
 * reordered and missing events all converge. Callers must run their reactions to the event whatever the result is:
 * a crash after this write and before the reaction would otherwise lose the reaction.
 * With `track`, the same write also stores in the field `track.into` the version at which one of `track.fields` last
 * changed, as far as this service has seen; 0 for a replica from before it was tracked.
 * @returns whether the state was newer.
 */
export function applyReplica<T extends { _id: string; version: number }>(
  model: Model<T>,
  state: T,
  track?: { into: string; fields: readonly (keyof T & string)[] },
): Promise<boolean> {
  const { _id, version, ...fields } = state;
  return upsertWhere(
    model,
    { _id, version: { $lt: version } },
    track ? trackingUpdate({ ...fields, version }, track) : { $set: { ...fields, version } },
  );
}

function trackingUpdate(
  state: { version: number; [field: string]: unknown },
  { into, fields }: { into: string; fields: readonly string[] },
): UpdatePipeline {
  const literals: Record<string, unknown> = Object.fromEntries(
    Object.entries(state).map(([field, value]) => [field, { $literal: value }]),
  );
  const isUnchanged = { $and: fields.map((field) => ({ $eq: [`$${field}`, { $literal: state[field] }] })) };
  const changedAt = { $cond: [isUnchanged, { $ifNull: [`$${into}`, 0] }, state.version] };
  return [{ $set: { ...literals, [into]: changedAt } }];
}

const YOUNG_MS = 10_000;
const WAIT_MS = 2_000;

/**
 * Finds a replica by id. Waits up to 2 s for one whose id is younger than 10 s, because its event may not have arrived
 * yet: a buyer must be able to buy a ticket right after it was listed. Waits as long for a version that the client has
 * seen and this service has not: with `isBehind`, for a replica for which it returns true. `what` names the resource in
 * errors. Throws NotFoundError when there is none, and NotSynchronizedError (503) when there may be one, or a newer
 * version, whose event has not arrived. Anyone can invent a young id, so three requests of the user `userId` can wait at
 * once in a process; a further one gets NotSynchronizedError without a wait.
 */
export async function waitForReplica<T>(
  id: string,
  find: (id: string) => Promise<T | null>,
  {
    what,
    bus,
    userId,
    isBehind = () => false,
  }: {
    what: string;
    bus: Pick<EventBus, 'isCurrent'>;
    userId: string;
    isBehind?: (found: T) => boolean;
  },
): Promise<T> {
  const deadline = Date.now() + WAIT_MS;
  const isYoung = Math.abs(Date.now() - idTimestampMs(id)) < YOUNG_MS;
  let endWait: (() => void) | undefined;
  try {
    for (;;) {
      const found = await find(id);
      if (found && !isBehind(found)) return found;
      if ((!found && !isYoung) || Date.now() > deadline)
        throw found || !bus.isCurrent() ? new NotSynchronizedError(what) : new NotFoundError(what);
      endWait ??= startWait(userId);
      if (!endWait) throw new NotSynchronizedError(what);
      await wait(25);
    }
  } finally {
    endWait?.();
  }
}
