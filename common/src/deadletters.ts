import type { Mongoose } from 'mongoose';
import type { DeadLetterStore } from './event-bus.ts';

/** Keeps dead letters in the collection `deadletters` of the service that could not handle them. */
export function mongoDeadLetters(db: Mongoose): DeadLetterStore {
  return async ({ id, ...letter }) => {
    await db.connection
      .collection<{ _id: string }>('deadletters')
      .updateOne({ _id: id }, { $set: { ...letter, at: new Date() } }, { upsert: true });
  };
}
