import { isStoreUnavailable } from './mongo.ts';

/** The driver throws these before it sends anything. */
const neverSent = new Set([
  'MongoClientClosedError',
  'MongoNotConnectedError',
  'MongoPoolClearedError',
  'MongoPoolClosedError',
  'MongoServerSelectionError',
  'MongoTopologyClosedError',
  'MongoWaitQueueTimeoutError',
  'MongooseServerSelectionError',
]);
const unconfirmed = new WeakSet<object>();

/**
 * Awaits a write, and marks its error when the database may have stored it although it did not confirm it. Every write
 * of a request goes through this function.
 */
export async function markUnconfirmed<T>(write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if (isStoreUnavailable(error) && wasSent(error as Error)) unconfirmed.add(error as Error);
    throw error;
  }
}

/** Whether the error is that of a write which the database may have stored. */
export function isUnconfirmedWrite(error: unknown): boolean {
  return typeof error === 'object' && error !== null && unconfirmed.has(error);
}

function wasSent(error: Error): boolean {
  return !neverSent.has(error.name) && !('beforeHandshake' in error && error.beforeHandshake === true);
}
