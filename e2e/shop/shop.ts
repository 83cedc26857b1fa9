import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSystem } from '../../infra/local/src/system.ts';
import type { System, SystemOptions } from '../../infra/local/src/system.ts';
import { Visitor } from './visitor.ts';

export type Shop = System & {
  visitor: () => Visitor;
  /** The end of a process's log, for a failing test to show. */
  log: (name: string) => string;
  /** Stops everything and removes the folder. */
  shut: () => Promise<void>;
};

/** The whole shop without its web client, in a folder of its own, on the broker that EVENT_BUS names. */
export async function openShop(options: Partial<SystemOptions> = {}): Promise<Shop> {
  const folder = mkdtempSync(join(tmpdir(), 'shop-'));
  const eventBus = process.env.EVENT_BUS === 'jetstream' ? 'jetstream' : 'nats-streaming';
  const system = await startSystem({ folder, client: false, eventBus, ...options });
  return {
    ...system,
    visitor: () => new Visitor(system.url),
    log: (name) => readFileSync(join(folder, 'logs', `${name}.log`), 'utf8').slice(-4000),
    async shut() {
      await system.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
