import type { Mongoose } from 'mongoose';
import type { DeadLetterReader, StoredDeadLetter } from '../bus/dlq.ts';
import type { DeadLetterStore } from '../event-bus.ts';

type Stored = Omit<StoredDeadLetter, 'id'> & { _id: string };

const deadLettersOf = (db: Mongoose) => db.connection.collection<Stored>('deadletters');

/** Stores dead letters in the collection `deadletters` of the service that could not handle their events. */
export function mongoDeadLetters(db: Mongoose): DeadLetterStore {
  return async ({ id, ...deadLetter }) => {
    await deadLettersOf(db).updateOne(
      { _id: id },
      { $set: { ...deadLetter, at: new Date() } },
      { upsert: true },
    );
  };
}

/** Reads that collection. `close` disconnects `db`. */
export function mongoDeadLetterReader(db: Mongoose): DeadLetterReader {
  return {
    async read(_id) {
      const stored = await deadLettersOf(db)
        .find(_id === undefined ? {} : { _id })
        .sort({ at: 1 })
        .toArray();
      return stored.map(({ _id: id, ...deadLetter }) => ({ id, ...deadLetter }));
    },
    async remove(_id) {
      await deadLettersOf(db).deleteOne({ _id });
    },
    close: () => db.disconnect(),
  };
}
