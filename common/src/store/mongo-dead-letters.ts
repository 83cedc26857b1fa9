import type { Mongoose } from 'mongoose';
import type { StoredDeadLetter, StoredDeadLetters } from '../bus/stored-dead-letters.ts';

type Stored = Omit<StoredDeadLetter, 'id'> & { _id: string };

/** The collection `deadletters` of the service that could not handle their events. */
export function mongoDeadLetters(db: Mongoose): StoredDeadLetters {
  const all = () => db.connection.collection<Stored>('deadletters');
  return {
    async put({ id, ...deadLetter }) {
      await all().updateOne({ _id: id }, { $set: { ...deadLetter, at: new Date() } }, { upsert: true });
    },
    async read({ id: _id, limit = 0 } = {}) {
      const stored = await all()
        .find(_id === undefined ? {} : { _id })
        .sort({ at: 1 })
        .limit(limit)
        .toArray();
      return stored.map(({ _id: id, ...deadLetter }) => ({ id, ...deadLetter }));
    },
    count: () => all().countDocuments(),
    async remove(_id) {
      await all().deleteOne({ _id });
    },
  };
}
