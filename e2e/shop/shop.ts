import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { guardSystem } from '../../infra/local/src/guard.ts';
import type { System, SystemOptions } from '../../infra/local/src/system.ts';
import { startSystem } from '../../infra/local/src/system.ts';
import { ShopClient } from './shop-client.ts';

export type Shop = System & {
  newClient: () => ShopClient;
  /** The end of a process's log, for the output of a failing test. */
  log: (name: string) => string;
  /** Stops all processes and removes the folder. */
  destroy: () => Promise<void>;
};

/**
 * Starts the shop in a temporary folder, without the web client unless wanted, with one mongod unless a test stops that of a
 * service, on the broker that EVENT_BUS names. It ends with this process, also when this is killed.
 */
export async function startShop(options: Partial<SystemOptions> = {}): Promise<Shop> {
  const folder = mkdtempSync(join(tmpdir(), 'shop-'));
  const eventBus = process.env.EVENT_BUS === 'jetstream' ? 'jetstream' : 'nats-streaming';
  await guardSystem(folder);
  const system = await startSystem({ folder, client: false, sharedMongod: true, eventBus, ...options });
  return {
    ...system,
    newClient: () => new ShopClient(system.url),
    log: (name) => readFileSync(join(folder, 'logs', `${name}.log`), 'utf8').slice(-4000),
    async destroy() {
      await system.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
