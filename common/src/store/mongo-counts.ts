import type { Mongoose } from 'mongoose';
import { Schema } from 'mongoose';
import type { CountStore } from '../http/rate-counter.ts';
import { collectionOf, indexesOnly } from './mongo.ts';

const MAX_OPEN = 5_000;

type StoredCount = { _id: string; count: number; until: Date };

/**
 * Keeps counts in the collection `counts` until their windows end. Call it before `connectMongo`, which creates the index
 * that removes them. A write is acknowledged by one member alone: a lost count only admits a few requests more.
 */
export function mongoCounts(db: Mongoose): CountStore {
  const schema = new Schema<StoredCount>(
    { _id: String, count: Number, until: Date },
    { ...indexesOnly, collection: 'counts' },
  );
  schema.index({ until: 1 }, { expireAfterSeconds: 0, name: 'expiry' });
  const model = db.model<StoredCount>('Count', schema);

  return {
    async add(_id, { count, until }, now) {
      const isOpen = { $gt: ['$until', new Date(now)] };
      const stored = await collectionOf(model).findOneAndUpdate(
        { _id },
        [
          {
            $set: {
              count: { $cond: [isOpen, { $add: ['$count', count] }, count] },
              until: { $cond: [isOpen, '$until', new Date(until)] },
            },
          },
        ],
        { upsert: true, returnDocument: 'after', writeConcern: { w: 1 } },
      );
      return stored ? { count: stored.count, until: stored.until.getTime() } : { count, until };
    },
    async open(now) {
      const stored = await collectionOf(model)
        .find({ until: { $gt: new Date(now) } })
        .limit(MAX_OPEN)
        .toArray();
      return stored.map(({ _id: key, count, until }) => ({ key, count, until: until.getTime() }));
    },
  };
}
