import type { Redis } from 'ioredis';
import type { DeadLetterReader, DeadLetterStore, StoredDeadLetter } from '@ticketing/common';

const KEY = 'expiration:dead-letters';

/** Stores dead letters in a Redis hash, keyed by channel and sequence number. */
export function redisDeadLetters(redis: Redis, key = KEY): DeadLetterStore {
  return async ({ id, ...deadLetter }) => {
    await redis.hset(key, id, JSON.stringify({ ...deadLetter, at: new Date() }));
  };
}

/** Reads the dead letters of that hash for the operator's program. */
export function redisDeadLetterReader(redis: Redis, key = KEY): DeadLetterReader {
  return {
    async read(id) {
      const stored = id === undefined ? await redis.hgetall(key) : { [id]: await redis.hget(key, id) };
      return Object.entries(stored)
        .flatMap(([id, text]) => (text === null ? [] : [{ id, ...(JSON.parse(text) as Stored) }]))
        .map((deadLetter) => ({ ...deadLetter, at: new Date(deadLetter.at) }))
        .sort((a, b) => a.at.getTime() - b.at.getTime());
    },
    async remove(id) {
      await redis.hdel(key, id);
    },
    async close() {
      redis.disconnect();
    },
  };
}

type Stored = Omit<StoredDeadLetter, 'id' | 'at'> & { at: string };
