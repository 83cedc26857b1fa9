import type { RedisOptions } from 'ioredis';
import { Redis } from 'ioredis';
import type { Logger } from '@ticketing/common';

const SECOND = 1_000;

const reconnecting: RedisOptions = {
  connectTimeout: 5 * SECOND,
  retryStrategy: (times) => Math.min(times * 100, SECOND),
  keepAlive: 10 * SECOND,
};

/** For commands: one that gets no answer within 5 s rejects, and its caller retries. Call `logOutages` on it. */
export function redisForCommands(url: string): Redis {
  return new Redis(url, { ...reconnecting, maxRetriesPerRequest: 3, commandTimeout: 5 * SECOND });
}

/** For Bull's subscriber and its blocking reads, which wait as long as it takes. Call `logOutages` on it. */
export function redisForBlocking(url: string): Redis {
  return new Redis(url, { ...reconnecting, maxRetriesPerRequest: null, enableReadyCheck: false });
}

/** Logs an outage once as a warning, and its further attempts at debug level. */
export function logOutages(redis: Redis, log: Logger): void {
  let isDown = false;
  redis.on('error', (err: Error) => {
    log[isDown ? 'debug' : 'warn']({ err }, 'Redis is unavailable, retrying');
    isDown = true;
  });
  redis.on('ready', () => {
    isDown = false;
  });
}
