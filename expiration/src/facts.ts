import type { Redis } from 'ioredis';
import type { Ids, StoredFacts } from '@ticketing/common';
import { readTimers } from './timer.ts';

/** What expiration knows: the timers of some orders. That they fired is in the event log. */
export async function readFacts(redis: Redis, { orders }: Ids): Promise<StoredFacts> {
  const timers = await readTimers(redis, orders);
  return {
    moments: [],
    timers: timers.map(({ orderId, firesAt }) => ({ orderId, firesAt: firesAt.toISOString() })),
  };
}
