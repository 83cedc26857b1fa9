import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildClient, buildServices } from './build.ts';
import { endOrphans, writeAtomically } from './children.ts';
import { readKeys } from './keys.ts';
import type { Keys } from './keys.ts';
import { freePort } from './ports.ts';
import { brokerNames, describePrograms } from './programs.ts';
import { getServers } from './servers/get-servers.ts';
import type { ServerName } from './servers/server.ts';
import { createSupervisor } from './supervisor.ts';
import type { ProcessInfo } from './supervisor.ts';
import type { EventBusName, SystemOptions } from './system-options.ts';

export type { SystemOptions } from './system-options.ts';

export type System = {
  /** The public address, without a slash at its end. */
  url: string;
  folder: string;
  keys: Keys;
  /** The broker's process: `nats-streaming`, or `nats` with JetStream. */
  broker: string;
  /** What runs now, as in run.json: services, client, router, emulator, mongod-<service>, redis and the broker. */
  processes: () => ProcessInfo[];
  /** The own address of a process: `http://…` of a program, `mongodb://…/<service>`, `redis://…`, `nats://…` of a store. */
  urlOf: (name: string) => string;
  /** Sends a signal (SIGKILL when not said). What dies of it is started again by itself, after 0.2 s at first. */
  kill: (name: string, signal?: NodeJS.Signals) => void;
  /** Ends a process and keeps it down until `resume`. */
  hold: (name: string, signal?: NodeJS.Signals) => Promise<void>;
  resume: (name: string) => void;
  /** Resolves once the process runs and says that it is ready; rejects with the end of its log otherwise. */
  waitReady: (name: string, timeoutMs?: number) => Promise<void>;
  /** Stops everything in good order: router, client, services, emulator, stores. The data stay in the folder. */
  stop: () => Promise<void>;
};

const serversFor: Record<EventBusName, ServerName[]> = {
  'nats-streaming': ['mongod', 'redis-server', 'nats-streaming-server'],
  jetstream: ['mongod', 'redis-server', 'nats-server'],
};

export const root = resolve(import.meta.dirname, '../../..');

/**
 * Starts the whole shop on real servers and resolves once all of it is ready: gets the servers, builds what changed,
 * ends what a killed run left in the folder, starts stores, services, emulator, client and router, keeps them running.
 */
export async function startSystem(options: SystemOptions): Promise<System> {
  const { folder, eventBus = 'nats-streaming', report = () => undefined, step = () => undefined } = options;
  const hasClient = options.client ?? true;
  mkdirSync(folder, { recursive: true });
  for (const name of await endOrphans(join(folder, 'children.json')))
    report(`ended ${name}, left by an earlier run`);

  const timed = async <T>(name: string, work: Promise<T>): Promise<T> => {
    const started = Date.now();
    const result = await work;
    step(name, Date.now() - started);
    return result;
  };
  const keys = readKeys(join(folder, 'keys'));
  const [paths] = await Promise.all([
    timed('servers', getServers(report, serversFor[eventBus])),
    options.watch ? undefined : timed('services built', buildServices(root)),
    options.watch || !hasClient ? undefined : timed('client built', buildClient(root)),
  ]);

  const port = options.port ?? (await freePort());
  const { stores, programs, router } = await describePrograms({
    ...options,
    eventBus,
    root,
    port,
    paths,
    keys,
  });
  const all = [...stores, ...programs, router];
  const runFile = join(folder, 'run.json');
  let isReady = false;
  const supervisor = createSupervisor({
    folder,
    report,
    changed: () => isReady && writeAtomically(runFile, supervisor.processes()),
  });

  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= stopAll());
  async function stopAll() {
    const isStore = (name: string) => stores.some((store) => store.name === name);
    const order = [
      (name: string) => name === 'router' || name === 'client',
      (name: string) => !isStore(name) && name !== 'emulator',
      (name: string) => name === 'emulator',
      isStore,
    ];
    await supervisor.stop(order);
    rmSync(runFile, { force: true });
    rmSync(join(folder, 'children.json'), { force: true });
  }

  try {
    const started = Date.now();
    for (const store of stores) supervisor.start(store);
    supervisor.start(router);
    await Promise.all(stores.map(({ name }) => supervisor.waitReady(name)));
    step('stores', Date.now() - started);
    const then = Date.now();
    for (const program of programs) supervisor.start(program);
    await Promise.all(all.map(({ name }) => supervisor.waitReady(name, 120_000)));
    step('programs', Date.now() - then);
  } catch (error) {
    await stop();
    throw error;
  }
  isReady = true;
  writeAtomically(runFile, supervisor.processes());

  return {
    url: router.url,
    folder,
    keys,
    broker: brokerNames[eventBus],
    processes: () => supervisor.processes(),
    urlOf(name) {
      const found = all.find((program) => program.name === name);
      if (!found) throw new Error(`There is no process ${name}`);
      return found.url;
    },
    kill: (name, signal) => supervisor.kill(name, signal),
    hold: (name, signal) => supervisor.hold(name, signal),
    resume: (name) => supervisor.resume(name),
    waitReady: (name, timeoutMs) => supervisor.waitReady(name, timeoutMs),
    stop,
  };
}
