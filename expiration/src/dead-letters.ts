import type { DeadLetterReader, DeadLetterStore, StoredDeadLetter } from '@ticketing/common';
import type { Redis } from 'ioredis';

const KEY = 'expiration:dead-letters';

/** Keeps what could not be handled in a hash of Redis, by the event's place in its channel. */
export function redisDeadLetters(redis: Redis, key = KEY): DeadLetterStore {
  return async ({ id, ...letter }) => {
    await redis.hset(key, id, JSON.stringify({ ...letter, at: new Date() }));
  };
}

/** What is in that hash, for an operator. */
export function redisDeadLetterReader(redis: Redis, key = KEY): DeadLetterReader {
  return {
    async read(id) {
      const kept = id === undefined ? await redis.hgetall(key) : { [id]: await redis.hget(key, id) };
      return Object.entries(kept)
        .flatMap(([id, text]) => (text === null ? [] : [{ id, ...(JSON.parse(text) as Stored) }]))
        .map((letter) => ({ ...letter, at: new Date(letter.at) }))
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
