import type { Redis } from 'ioredis';
import type { Position, PositionStore } from '@ticketing/common';

/** Stores the positions of this service in a Redis hash, by channel. */
export function redisPositions(redis: Redis, key = 'expiration:positions'): PositionStore {
  return {
    async read() {
      const stored = Object.entries(await redis.hgetall(key));
      return new Map(stored.map(([channel, text]) => [channel, JSON.parse(text) as Position]));
    },
    async write(changed) {
      const fields = [...changed].map(([channel, position]) => [channel, JSON.stringify(position)] as const);
      await redis.hset(key, Object.fromEntries(fields));
    },
  };
}
