import type { Redis } from 'ioredis';
import type { Store } from '@ticketing/common';
import { redisDeadLetters } from './dead-letters.ts';
import { redisPositions } from './positions.ts';
import type { RedisServer } from './redis.ts';
import { logOutages, redisForCommands } from './redis.ts';

/** The store of this service: one Redis connection for commands, which connects by itself for as long as it takes. */
export function redisStore(server: RedisServer): Store & { redis: Redis } {
  const redis = redisForCommands(server);
  return {
    redis,
    connect: (log) => Promise.resolve(logOutages(redis, log)),
    deadLetters: redisDeadLetters(redis),
    positions: redisPositions(redis),
    close: () => Promise.resolve(redis.disconnect()),
  };
}
