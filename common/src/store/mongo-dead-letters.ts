import type { Mongoose } from 'mongoose';
import type { DeadLetterReader, StoredDeadLetter } from '../bus/dlq.ts';
import type { DeadLetterStore } from '../event-bus.ts';

type Stored = Omit<StoredDeadLetter, 'id'> & { _id: string };

const collectionOf = (db: Mongoose) => db.connection.collection<Stored>('deadletters');

/** Keeps dead letters in the collection `deadletters` of the service that could not handle them. */
export function mongoDeadLetters(db: Mongoose): DeadLetterStore {
  return async ({ id, ...letter }) => {
    await collectionOf(db).updateOne({ _id: id }, { $set: { ...letter, at: new Date() } }, { upsert: true });
  };
}

/** What is in that collection, for an operator. */
export function mongoDeadLetterReader(db: Mongoose): DeadLetterReader {
  return {
    async read(_id) {
      const stored = await collectionOf(db)
        .find(_id === undefined ? {} : { _id })
        .sort({ at: 1 })
        .toArray();
      return stored.map(({ _id: id, ...letter }) => ({ id, ...letter }));
    },
    async remove(_id) {
      await collectionOf(db).deleteOne({ _id });
    },
    close: () => db.disconnect(),
  };
}
