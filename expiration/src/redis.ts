import type { RedisOptions } from 'ioredis';
import { Redis } from 'ioredis';
import type { Logger } from '@ticketing/common';

const SECOND = 1_000;

const reconnecting: RedisOptions = {
  connectTimeout: 5 * SECOND,
  retryStrategy: (times) => Math.min(times * 100, SECOND),
  keepAlive: 10 * SECOND,
};

export type RedisServer = {
  /** `rediss://` requires TLS. */
  redisUrl: string;
  /**
   * PEM blocks of the certificate authorities of Redis: requires TLS whatever `redisUrl` says. Without it, `rediss://`
   * trusts the authorities that Node trusts.
   */
  redisCa?: string | undefined;
};

/** For commands: one that gets no answer within 5 s rejects, and its caller retries. Call `logOutages` on it. */
export function redisForCommands({ redisUrl, redisCa }: RedisServer): Redis {
  return new Redis(redisUrl, {
    ...reconnecting,
    ...tlsWith(redisCa),
    maxRetriesPerRequest: 3,
    commandTimeout: 5 * SECOND,
  });
}

/** For Bull's subscriber and its blocking reads, which wait as long as it takes. Call `logOutages` on it. */
export function redisForBlocking({ redisUrl, redisCa }: RedisServer): Redis {
  return new Redis(redisUrl, {
    ...reconnecting,
    ...tlsWith(redisCa),
    maxRetriesPerRequest: null,
    enableReadyCheck: false,
  });
}

function tlsWith(ca: string | undefined): RedisOptions {
  return ca ? { tls: { ca } } : {};
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
