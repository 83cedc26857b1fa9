import { every } from '@ticketing/common';
import type { Logger } from '@ticketing/common';
import type { Redis } from 'ioredis';

const CHECK_EVERY_MS = 1_000;
const REQUESTING = 'requesting';

export type Sentinel = {
  /** Resolves when the sentinel was seen at its post, or put there after everything was asked for. */
  seen: Promise<void>;
  close(): void;
};

/**
 * Watches one key whose absence says that Redis is new or was emptied: then `afterLoss` is called and, once it has
 * resolved, the key put back, unless that was lost again meanwhile.
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
