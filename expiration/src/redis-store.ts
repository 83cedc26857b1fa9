import type { Redis } from 'ioredis';
import type { Store } from '@ticketing/common';
import { redisDeadLetters } from './dead-letters.ts';
import { logOutages, redisForCommands } from './redis.ts';

/** The store of this service: one Redis connection for commands, which connects by itself for as long as it takes. */
export function redisStore(url: string): Store & { redis: Redis } {
  const redis = redisForCommands(url);
  return {
    redis,
    connect: (log) => Promise.resolve(logOutages(redis, log)),
    deadLetters: redisDeadLetters(redis),
    close: () => Promise.resolve(redis.disconnect()),
  };
}
