import type { IncomingMessage } from 'node:http';
import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Shop } from './shop.ts';
import { ShopClient } from './shop-client.ts';
import { useResource } from './use-shop.ts';

/** What a file can do with a shop whose processes it does not own. */
export type SharedShop = Pick<Shop, 'url' | 'folder' | 'urlOf' | 'newClient'>;

/** The answer of the program that keeps the shared shop; `urls` has the address of each process. */
export type SharedShopAddresses = { url: string; folder: string; urls: Record<string, string> };

/** The shop that the test files share which neither change its processes nor need its stores for themselves. */
export function useSharedShop(): SharedShop {
  return useResource(openSharedShop, () => Promise.resolve());
}

async function openSharedShop(): Promise<SharedShop> {
  // `fetch` would give up after five minutes, which a first build on a busy machine can take.
  const response = await new Promise<IncomingMessage>((resolve, reject) =>
    get(process.env.SHARED_SHOP_URL ?? '', resolve).once('error', reject),
  );
  const body = await text(response);
  if (response.statusCode !== 200) throw new Error(`The shared shop did not start: ${body}`);
  const { url, folder, urls } = JSON.parse(body) as SharedShopAddresses;
  const urlOf = (name: string) => {
    const found = urls[name];
    if (!found) throw new Error(`Unknown process ${name}`);
    return found;
  };
  return { url, folder, urlOf, newClient: () => new ShopClient(url) };
}
