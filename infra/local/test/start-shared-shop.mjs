import { fileURLToPath } from 'node:url';
import { isRunning, startInputBound } from './input-bound.mjs';

const program = fileURLToPath(new URL('../../../e2e/shop/shared-shop-program.ts', import.meta.url));

/** The shop itself starts when a test file wants it. While Jest watches, that of the first run stays. */
export default async function startSharedShop() {
  if (isRunning(globalThis.sharedShop)) return;
  const { child, line } = await startInputBound(program);
  globalThis.sharedShop = child;
  if (line === undefined) throw new Error('The shared shop did not start; the reason is above.');
  process.env.SHARED_SHOP_URL = line;
}
