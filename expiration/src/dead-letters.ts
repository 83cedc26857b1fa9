import type { Redis } from 'ioredis';
import type { StoredDeadLetter, StoredDeadLetters } from '@ticketing/common';

const KEY = 'expiration:dead-letters';

/** Keeps dead letters in a Redis hash, keyed by channel and sequence number. */
export function redisDeadLetters(redis: Redis, key = KEY): StoredDeadLetters {
  return {
    async put({ id, ...deadLetter }) {
      await redis.hset(key, id, JSON.stringify({ ...deadLetter, at: new Date() }));
    },
    async read({ id, limit } = {}) {
      const stored = id === undefined ? await redis.hgetall(key) : { [id]: await redis.hget(key, id) };
      return Object.entries(stored)
        .flatMap(([id, text]) => (text === null ? [] : [{ id, ...(JSON.parse(text) as Stored) }]))
        .map((deadLetter) => ({ ...deadLetter, at: new Date(deadLetter.at) }))
        .sort((a, b) => a.at.getTime() - b.at.getTime())
        .slice(0, limit);
    },
    count: () => redis.hlen(key),
    async remove(id) {
      await redis.hdel(key, id);
    },
  };
}

type Stored = Omit<StoredDeadLetter, 'id' | 'at'> & { at: string };
