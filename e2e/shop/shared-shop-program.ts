// The shop that several test files share. It starts when the first of them wants it, and ends with the input of this
// process, after a check that it became quiescent without a violated invariant.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Shop } from './shop.ts';
import { startShop } from './shop.ts';
import { findViolations, waitUntilQuiescent } from './snapshot.ts';
import type { SharedShopAddresses } from './use-shared-shop.ts';

let shop: Promise<Shop> | undefined;

const server = createServer((_req, res) => {
  shop ??= startShop({ client: true });
  shop.then(
    (started) => res.end(JSON.stringify(addressesOf(started))),
    (error: unknown) => res.writeHead(500).end(String(error)),
  );
}).listen(0, '127.0.0.1');
await once(server, 'listening');
process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);

// Ctrl-C reaches the whole terminal: Jest goes first and with it this input.
process.on('SIGINT', () => undefined);
process.stdin.on('end', () => void end()).resume();

function addressesOf({ url, folder, processes }: Shop): SharedShopAddresses {
  return { url, folder, urls: Object.fromEntries(processes().map((process) => [process.name, process.url])) };
}

async function end(): Promise<never> {
  const started = await shop?.catch(() => undefined);
  const problem = started && (await problemOf(started));
  if (problem) process.stderr.write(`${problem}\n`);
  process.exit(problem ? 1 : 0);
}

async function problemOf(started: Shop): Promise<string | undefined> {
  try {
    return findViolations(await waitUntilQuiescent(started)).join('\n');
  } catch (error) {
    return String(error);
  } finally {
    await started.destroy();
  }
}
