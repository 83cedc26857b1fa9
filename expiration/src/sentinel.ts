import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '@ticketing/common';
import type { Redis } from 'ioredis';

const LOOK_EVERY_MS = 1_000;
const ASKING = 'asking';

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
  const stop = new AbortController();
  let isSeen: () => void;
  const seen = new Promise<void>((resolve) => (isSeen = resolve));

  async function look() {
    const value = await redis.get(key);
    if (value !== null && value !== ASKING) return isSeen();
    log.warn('Redis has lost the timers, asking for the orders');
    await redis.set(key, ASKING);
    await afterLoss();
    // Closed while it was asked: nobody may have heard.
    if (stop.signal.aborted) return;
    if (await redis.set(key, new Date().toISOString(), 'XX')) isSeen();
  }

  void (async () => {
    while (!stop.signal.aborted) {
      await look().catch((err: unknown) => {
        log.debug({ err }, 'sentinel not seen');
      });
      await wait(LOOK_EVERY_MS, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  })();

  return {
    seen,
    close() {
      stop.abort();
    },
  };
}
