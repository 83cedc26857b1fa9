import { Schema } from 'mongoose';
import { canonicalEmail, collectionOf, tooManyRequests } from '@ticketing/common';
import { db } from '../db.ts';
import type { Counter } from '../lockout.ts';
import { emailCounter } from '../lockout.ts';
import { failureLimits, waitMs } from '../password.ts';

/** The times of the failures of one counter; shared by all replicas. */
type Failures = { _id: string; at: Date[]; expiresAt: Date };

const schema = new Schema<Failures>(
  { _id: String, at: [Date], expiresAt: Date },
  { versionKey: false, autoIndex: false, collection: 'failures' },
);
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0, name: 'expiry' });

export const Failures = db.model<Failures>('Failures', schema);

export const failures = collectionOf(Failures);

/** The times of the failures of these counters, by their ids. */
export async function readFailures(counters: Counter[]): Promise<Map<string, Date[]>> {
  const found = await failures.find({ _id: { $in: counters.map(({ _id }) => _id) } }).toArray();
  return new Map(found.map(({ _id, at }) => [_id, at]));
}

/** Throws TooManyRequestsError after too many failures. */
export function assertNotLockedOut(counters: Counter[], failedAt: Map<string, Date[]>): void {
  for (const { _id, limit } of counters) assertBelow(limit, failedAt.get(_id));
}

/** Counts a failure. Throws TooManyRequestsError if simultaneous failures have reached the limit before. */
export async function recordFailure(counters: Counter[]): Promise<void> {
  const now = new Date();
  const earlier = await Promise.all(counters.map(({ _id, limit }) => append(_id, limit, now)));
  counters.forEach(({ limit }, index) => {
    assertBelow(limit, earlier[index]);
  });
}

/** Adds the failures of other spellings of an address, from before addresses had a canonical form, to its own. */
export async function mergeFailures(): Promise<void> {
  const old = failures.find({ _id: { $regex: String.raw`^email:.*[^\x21-\x7e]` } });
  for await (const { _id, at, expiresAt } of old) {
    const email = canonicalEmail(_id.slice('email:'.length));
    if (email === undefined || emailCounter(email) === _id) continue;
    const earlier = { $ifNull: ['$at', []] };
    const union = { $concatArrays: [earlier, { $setDifference: [at, earlier] }] };
    await failures.updateOne(
      { _id: emailCounter(email) },
      [
        {
          $set: {
            at: { $slice: [union, -failureLimits.perEmail] },
            expiresAt: { $max: [expiresAt, '$expiresAt'] },
          },
        },
      ],
      { upsert: true },
    );
    await failures.deleteOne({ _id });
  }
}

/** Stores only the latest `limit` failures, as no others matter. @returns the failures before this one. */
async function append(_id: string, limit: number, now: Date): Promise<Date[] | undefined> {
  const at = { $slice: [{ $concatArrays: [{ $ifNull: ['$at', []] }, [now]] }, -limit] };
  const expiresAt = new Date(now.getTime() + failureLimits.windowMs);
  const before = await failures.findOneAndUpdate({ _id }, [{ $set: { at, expiresAt } }], {
    upsert: true,
    returnDocument: 'before',
  });
  return before?.at;
}

/** Removes the failures of a counter. */
export async function resetFailures({ _id }: Counter): Promise<void> {
  await failures.deleteOne({ _id });
}

function assertBelow(limit: number, failedAt: Date[] | undefined) {
  const now = new Date();
  const leftMs = waitMs(failedAt ?? [], limit, now);
  if (leftMs > 0)
    throw tooManyRequests('Too many failed attempts, please try again later', {
      waitMs: leftMs,
      now: now.getTime(),
      code: 'locked_out',
    });
}
