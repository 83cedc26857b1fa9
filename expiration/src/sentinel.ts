import type { Redis } from 'ioredis';
import type { Logger } from '@ticketing/common';
import { every } from '@ticketing/common';

const CHECK_EVERY_MS = 1_000;
const REQUESTING = 'requesting';

export type Sentinel = {
  /** Resolves when the key is there, or has been set again after `afterLoss`. */
  seen: Promise<void>;
  close(): void;
};

/**
 * Checks every second for a key whose absence means that Redis is new or was emptied. Then it calls `afterLoss` and,
 * once that has resolved, sets the key, unless the key was lost again in the meantime.
 */
export function watchSentinel(options: {
  redis: Redis;
  key: string;
  log: Logger;
  afterLoss: () => Promise<void>;
}): Sentinel {
  const { redis, key, log, afterLoss } = options;
  let isClosed = false;
  let isSeen: () => void;
  const seen = new Promise<void>((resolve) => (isSeen = resolve));

  async function check() {
    const value = await redis.get(key);
    if (value !== null && value !== REQUESTING) return isSeen();
    log.warn('timers lost by Redis, requesting a resync of orders');
    await redis.set(key, REQUESTING);
    await afterLoss();
    // Closing the bus ends a request that no broker has: the next process must request again.
    if (isClosed) return;
    if (await redis.set(key, new Date().toISOString(), 'XX')) isSeen();
  }

  const checks = every(
    CHECK_EVERY_MS,
    () =>
      check().catch((err: unknown) => {
        log.debug({ err }, 'sentinel not checked');
      }),
    { name: 'check the sentinel', log, immediately: true },
  );

  return {
    seen,
    close() {
      isClosed = true;
      void checks.close();
    },
  };
}
