import { Schema } from 'mongoose';
import type { EventData } from '@ticketing/common';
import { applyReplica, readById } from '@ticketing/common';
import { db } from '../db.ts';

/** What this service knows of a seller. A seller without a document was never suspended. */
export type Seller = { _id: string; version: number; sellingSuspended: boolean };

const schema = new Schema<Seller>(
  { _id: String, version: Number, sellingSuspended: Boolean },
  { versionKey: false, autoIndex: false },
);
export const Seller = db.model<Seller>('Seller', schema);

export async function storeSeller({ id, ...state }: EventData<'user:updated'>): Promise<void> {
  await applyReplica(Seller, { _id: id, ...state });
}

/** Whether an operator has to review the seller's refunds before new listings. */
export async function isSuspended(sellerId: string): Promise<boolean> {
  return (await readById(Seller, sellerId))?.sellingSuspended ?? false;
}
