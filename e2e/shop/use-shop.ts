import type { SystemOptions } from '../../infra/local/src/system.ts';
import type { Shop } from './shop.ts';
import { startShop } from './shop.ts';
import { findViolations, waitUntilQuiescent } from './snapshot.ts';

/**
 * A resource that all tests of a file share. It is closed after them, also when they fail and when it opened only
 * after the time limit of `beforeAll`: processes that stay open keep Jest from ending.
 */
export function useResource<T extends object>(
  open: () => Promise<T>,
  close: (opened: T) => Promise<void>,
): T {
  const opened = {} as T;
  let opening: Promise<T> | undefined;
  beforeAll(async () => {
    opening = open();
    Object.assign(opened, await opening);
  }, 600_000);
  afterAll(async () => {
    const found = await opening?.catch(() => undefined);
    if (found) await close(found);
  }, 300_000);
  return opened;
}

/** A shop that all tests of a file share. After them it must become quiescent without a violated invariant. */
export function useShop(options: Partial<SystemOptions> = {}): Shop {
  return useResource(
    () => startShop(options),
    async (shop) => {
      try {
        expect(findViolations(await waitUntilQuiescent(shop))).toEqual([]);
      } finally {
        await shop.destroy();
      }
    },
  );
}
