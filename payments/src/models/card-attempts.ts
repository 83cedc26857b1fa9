import { Schema } from 'mongoose';
import { collectionOf, indexesOnly } from '@ticketing/common';
import type { CardAttempt } from '../card-limit.ts';
import { db } from '../db.ts';

/** The last attempts of one account, or declines of one network, oldest first; shared by all replicas. */
type CardAttempts = { _id: string; entries: CardAttempt[]; expiresAt: Date };

const schema = new Schema<CardAttempts>(
  { _id: String, entries: [Object], expiresAt: Date },
  { ...indexesOnly, collection: 'cardattempts' },
);
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0, name: 'expiry' });
const stored = collectionOf(db.model<CardAttempts>('CardAttempts', schema));

/** How many entries count, and for how long. */
type Bounds = { most: number; windowMs: number };

const entries = { $ifNull: ['$entries', []] };

/** The entries of several counters, in the order of their ids. */
export async function readAttempts(ids: string[]): Promise<CardAttempt[][]> {
  const found = await stored.find({ _id: { $in: ids } }).toArray();
  return ids.map((id) => found.find(({ _id }) => _id === id)?.entries ?? []);
}

/** Adds an attempt that is pending, unless `most` lie within the window. @returns whether it did. */
export async function takePlace(
  _id: string,
  { id, at }: CardAttempt,
  { most, windowMs }: Bounds,
): Promise<boolean> {
  const since = new Date(at.getTime() - windowMs);
  const fresh = { $filter: { input: entries, cond: { $gt: ['$$this.at', since] } } };
  const isFull = { $gte: [{ $size: fresh }, most] };
  const expiresAt = new Date(at.getTime() + windowMs);
  const after = await stored.findOneAndUpdate(
    { _id },
    [
      {
        $set: {
          entries: { $cond: [isFull, entries, { $concatArrays: [fresh, [{ id, at, isPending: true }]] }] },
          expiresAt: { $cond: [isFull, { $ifNull: ['$expiresAt', expiresAt] }, expiresAt] },
        },
      },
    ],
    { upsert: true, returnDocument: 'after' },
  );
  return after?.entries.some((entry) => entry.id === id) ?? false;
}

/** Removes an attempt that is still pending. */
export async function releasePlace(_id: string, id: string): Promise<void> {
  await stored.updateOne({ _id }, { $pull: { entries: { id, isPending: true } } });
}

/** Adds a decline, in place of its pending attempt, and keeps the last `most`. */
export async function addDecline(
  _id: string,
  { id, at }: CardAttempt,
  { most, windowMs }: Bounds,
): Promise<void> {
  const others = { $filter: { input: entries, cond: { $ne: ['$$this.id', id] } } };
  const expiresAt = new Date(at.getTime() + windowMs);
  await stored.updateOne(
    { _id },
    [{ $set: { entries: { $slice: [{ $concatArrays: [others, [{ id, at }]] }, -most] }, expiresAt } }],
    { upsert: true },
  );
}
