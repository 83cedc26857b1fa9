import { Schema } from 'mongoose';
import type { EventBus, EventData } from '@ticketing/common';
import { applyReplica, collectionOf } from '@ticketing/common';
import { db } from '../db.ts';

/** What this service knows of a seller. A seller without a document was never suspended. */
export type Seller = {
  _id: string;
  version: number;
  sellingSuspended: boolean;
  suspended?: boolean | undefined;
};

const schema = new Schema<Seller>(
  { _id: String, version: Number, sellingSuspended: Boolean, suspended: Boolean },
  { versionKey: false, autoIndex: false },
);
export const Seller = db.model<Seller>('Seller', schema);

/** @returns whether the account is suspended, as far as this service knows: a newer event may have come before. */
export async function storeSeller({ id, ...state }: EventData<'user:updated'>): Promise<boolean> {
  await applyReplica(Seller, { _id: id, ...state });
  const stored = await collectionOf(Seller).findOne({ _id: id });
  return stored?.suspended ?? false;
}

/** Longer than an event waits for its handler, so that none is missed between the stored sellers and the observation. */
const OBSERVED_MS = 24 * 60 * 60 * 1000;

/** The suspended sellers, in the memory of each replica, so that listing a ticket needs no read. */
export type Suspensions = {
  /** Whether an operator has to review the seller's refunds before new listings. */
  isSuspended(sellerId: string): boolean;
  /** Resolves when every suspension from before the start is known. */
  loaded: Promise<unknown>;
};

export function observeSuspensions(bus: EventBus): Suspensions {
  const newest = new Map<string, Omit<Seller, '_id'>>();
  const record = (id: string, { version, sellingSuspended }: Omit<Seller, '_id'>) => {
    if (version > (newest.get(id)?.version ?? -1)) newest.set(id, { version, sellingSuspended });
  };
  async function load() {
    for await (const { _id, ...state } of collectionOf(Seller).find({ sellingSuspended: true }))
      record(_id, state);
  }
  const { replayed } = bus.observe('user:updated', ({ id, ...state }) => record(id, state), {
    sinceMs: OBSERVED_MS,
  });
  return {
    isSuspended: (sellerId) => newest.get(sellerId)?.sellingSuspended ?? false,
    loaded: Promise.all([replayed, load()]),
  };
}
