import type { Mongoose } from 'mongoose';
import type { Position, PositionStore } from '../bus/position-store.ts';

/** Stores the positions of a service in the collection `positions` of its database, by channel. */
export function mongoPositions(db: Mongoose): PositionStore {
  const positions = () => db.connection.collection<Position & { _id: string }>('positions');
  return {
    async read() {
      const found = await positions().find().toArray();
      return new Map(found.map(({ _id, sequence, time }) => [_id, { sequence, time }]));
    },
    async write(changed) {
      const writes = [...changed].map(([_id, position]) => ({
        updateOne: { filter: { _id }, update: { $set: position }, upsert: true },
      }));
      // Without the journal: an older position only has events handled once more.
      await positions().bulkWrite(writes, { ordered: false, writeConcern: { w: 1 } });
    },
  };
}
