import type { DeadLetterStore } from '@ticketing/common';
import type { Redis } from 'ioredis';

/** Keeps what could not be handled in a hash of Redis, by the event's place in its channel. */
export function redisDeadLetters(redis: Redis, key = 'expiration:dead-letters'): DeadLetterStore {
  return async ({ id, ...letter }) => {
    await redis.hset(key, id, JSON.stringify({ ...letter, at: new Date() }));
  };
}
