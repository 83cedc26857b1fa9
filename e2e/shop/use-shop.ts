import type { SystemOptions } from '../../infra/local/src/system.ts';
import { violations, whenQuiet } from './books.ts';
import { openShop } from './shop.ts';
import type { Shop } from './shop.ts';

/**
 * What a whole file of tests uses, opened before them and closed in the end: also when they fail, and when it was
 * opened only after nobody waited for it any more. Left open, its processes would keep Jest from ending.
 */
export function useOpened<T extends object>(open: () => Promise<T>, close: (opened: T) => Promise<void>): T {
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

/** A shop for all tests of a file. In the end it has to come to rest with its books in order. */
export function useShop(options: Partial<SystemOptions> = {}): Shop {
  return useOpened(
    () => openShop(options),
    async (shop) => {
      try {
        expect(violations(await whenQuiet(shop))).toEqual([]);
      } finally {
        await shop.shut();
      }
    },
  );
}
