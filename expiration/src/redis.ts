import type { Logger } from '@ticketing/common';
import { Redis } from 'ioredis';
import type { RedisOptions } from 'ioredis';

const SECOND = 1_000;

const patient: RedisOptions = {
  connectTimeout: 5 * SECOND,
  retryStrategy: (times) => Math.min(times * 100, SECOND),
  keepAlive: 10 * SECOND,
};

/** For commands: one that gets no answer fails, and whoever sent it tries again. */
export function redisForCommands(url: string, log: Logger): Redis {
  return logged(new Redis(url, { ...patient, maxRetriesPerRequest: 3, commandTimeout: 5 * SECOND }), log);
}

/** For Bull's subscriber and its blocking reads, which wait for as long as it takes. */
export function redisForWaiting(url: string, log: Logger): Redis {
  return logged(new Redis(url, { ...patient, maxRetriesPerRequest: null, enableReadyCheck: false }), log);
}

/** An outage is said once, not with every attempt. */
function logged(redis: Redis, log: Logger): Redis {
  let isAway = false;
  redis.on('error', (err: Error) => {
    log[isAway ? 'debug' : 'warn']({ err }, 'Redis is away, trying again');
    isAway = true;
  });
  redis.on('ready', () => {
    isAway = false;
  });
  return redis;
}
