import { appendFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { commandRedis } from '../../shop/command-redis.ts';
import type { Random } from '../random.ts';
import type { ActiveFault, FaultContext, Injectors } from './fault-context.ts';
import { freeze, instantFault, randomDuration, SKIPPED } from './fault-context.ts';

type Kind = 'store killed' | 'store frozen' | 'store down' | 'Redis flushed' | 'torn write' | 'disk full';

/** Faults of the databases, Redis and the broker. */
export function storeFaults(context: FaultContext): Injectors<Kind> {
  const { world, random } = context;
  const { system } = world;

  async function takeDown(name: string): Promise<ActiveFault> {
    await system.hold(name, 'SIGKILL');
    return { on: name, durationMs: randomDuration(random), heal: () => system.resume(name) };
  }

  return {
    'store killed'() {
      const name = random.pick(world.stores);
      system.kill(name);
      return instantFault(name);
    },
    'store frozen': () => freeze(context, random.pick(world.stores)),
    'store down': () => takeDown(random.pick(world.stores)),
    async 'Redis flushed'() {
      await commandRedis(system.urlOf('redis'), 'FLUSHALL').catch(() => undefined);
      return instantFault('redis');
    },
    async 'torn write'() {
      if (world.eventBus !== 'nats-streaming') return instantFault(SKIPPED);
      await system.hold('nats-streaming', 'SIGKILL');
      const file = appendTornRecord(join(system.folder, 'data/nats-streaming'), random);
      system.resume('nats-streaming');
      return instantFault(`nats-streaming (${file})`);
    },
    'disk full'() {
      const store = random.pick(['nats-streaming', 'redis', 'mongod-orders']);
      if (!world.fillDisk(store, true)) return instantFault(SKIPPED);
      return {
        on: store,
        durationMs: randomDuration(random),
        heal() {
          world.fillDisk(store, false);
          // After a failed write the broker rejects every write to that channel until it restarts, so an operator who
          // frees disk space has to restart it.
          if (store === 'nats-streaming') system.kill(store);
        },
      };
    },
  };
}

/** Appends the beginning of a record to a channel's newest file, as a power failure during the write leaves it. */
function appendTornRecord(data: string, random: Random): string {
  const channels = readdirSync(data).filter((name) => statSync(join(data, name)).isDirectory());
  const channel = random.pick(channels.sort());
  const files = readdirSync(join(data, channel)).filter((name) => /^msgs\.\d+\.dat$/.test(name));
  const newest = files.sort((a, b) => Number(a.split('.')[1]) - Number(b.split('.')[1])).at(-1);
  if (!newest) return `nothing in ${channel}`;
  const record = Buffer.alloc(28, 1);
  record.writeUInt32LE(200, 0); // the header promises 200 bytes, only 20 follow
  appendFileSync(join(data, channel, newest), record);
  return `${channel}/${newest}`;
}
