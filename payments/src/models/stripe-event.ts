import { Schema } from 'mongoose';
import { duplicateKey } from '@ticketing/common';
import { db } from '../db.ts';

/** A webhook event received from Stripe that could change a payment, kept for 30 days under its own id. */
type StripeEvent = { _id: string; type: string; intentId: string | undefined; at: Date };

const schema = new Schema(
  { _id: String, type: String, intentId: String, at: Date },
  { collection: 'stripeevents', versionKey: false, autoIndex: false },
);
schema.index({ at: 1 }, { expireAfterSeconds: 30 * 24 * 60 * 60 });
db.model('StripeEvent', schema);

/** Stores an event. @returns whether it is new. */
export async function storeEvent(event: StripeEvent): Promise<boolean> {
  try {
    await db.connection.collection<StripeEvent>('stripeevents').insertOne(event);
    return true;
  } catch (error) {
    if (duplicateKey(error)) return false;
    throw error;
  }
}

/** The webhooks about some PaymentIntents. For operators: no index serves it. */
export function findStripeEvents(intentIds: string[]): Promise<StripeEvent[]> {
  if (intentIds.length === 0) return Promise.resolve([]);
  return db.connection
    .collection<StripeEvent>('stripeevents')
    .find({ intentId: { $in: intentIds } }, { maxTimeMS: 10_000 })
    .toArray();
}
