import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { brokerUrlFor, newBrokerPasswords, OPERATOR } from './broker-users.ts';
import { buildClient, buildLocalPrograms, buildServices } from './build.ts';
import { endOrphans, writeAtomically } from './children.ts';
import type { Targets } from './forwarder.ts';
import type { Keys } from './keys.ts';
import { readKeys, writeSecret } from './keys.ts';
import { addressesOf } from './managed-process.ts';
import { brokerNames } from './plan.ts';
import { freePort } from './ports.ts';
import type { Programs } from './programs.ts';
import { describePrograms } from './programs.ts';
import { createRouter } from './router.ts';
import { readRoutes } from './routes.ts';
import { getServers } from './servers/get-servers.ts';
import type { ServerName } from './servers/server.ts';
import type { ProcessInfo } from './supervisor.ts';
import { Supervisor } from './supervisor.ts';
import type { EventBusName, SystemOptions } from './system-options.ts';

export type { SystemOptions } from './system-options.ts';

export type System = {
  /** The public address, without a slash at its end. */
  url: string;
  folder: string;
  keys: Keys;
  /** The broker's process: `nats-streaming`, or `nats` with JetStream. */
  broker: string;
  /** The broker's address for a user who may publish and read everything. */
  brokerUrl: string;
  /** The running processes, as in run.json: services, client, router, emulator, mongod-<service>, redis and the broker. */
  processes: () => ProcessInfo[];
  /** The address of one process: `http://…` of a program, `mongodb://…/<service>`, `redis://…`, `nats://…` of a store. */
  urlOf: (name: string) => string;
  /** Sends a signal (default SIGKILL). A process that exits because of it is restarted, after 0.2 s at first. */
  kill: (name: string, signal?: NodeJS.Signals) => void;
  /** Ends a process and keeps it down until `resume`. */
  hold: (name: string, signal?: NodeJS.Signals) => Promise<void>;
  resume: (name: string) => void;
  /** Resolves when the process runs and is ready; rejects with the end of its log when it does not get ready. */
  waitReady: (name: string, timeoutMs?: number) => Promise<void>;
  /** Stops router and client, then services, emulator and stores. The data stay in the folder. */
  stop: () => Promise<void>;
};

const PROGRAM_START_MS = 120_000;

const serversFor: Record<EventBusName, ServerName[]> = {
  'nats-streaming': ['mongod', 'redis-server', 'nats-streaming-server'],
  jetstream: ['mongod', 'redis-server', 'nats-server'],
};

export const root = resolve(import.meta.dirname, '../../..');

/**
 * Starts the whole shop on real servers and resolves when all of it is ready. It gets the servers, builds what has
 * changed, ends processes that a killed run left in the folder, starts all programs and keeps them running.
 */
export async function startSystem(options: SystemOptions): Promise<System> {
  const { folder, eventBus = 'nats-streaming', report = () => undefined } = options;
  mkdirSync(folder, { recursive: true });
  for (const name of await endOrphans(join(folder, 'children.json')))
    report(`Stopped ${name}, which an earlier run had left running.`);

  const keys = readKeys(join(folder, 'keys'));
  const brokerPasswords = newBrokerPasswords();
  writeSecret(join(folder, 'keys/broker.json'), JSON.stringify(brokerPasswords)); // for npm run dlq
  const paths = await getServersAndBuild(options, eventBus);
  const port = options.port ?? (await freePort());
  const programs = await describePrograms({ ...options, eventBus, root, port, paths, keys, brokerPasswords });
  const all = [...programs.stores, ...programs.programs, programs.router];
  const runFile = join(folder, 'run.json');
  let isReady = false;
  const supervisor = new Supervisor({
    folder,
    report,
    onChange: () => isReady && writeAtomically(runFile, supervisor.processes()),
  });
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= stopAll(supervisor, programs, folder));

  try {
    await startAll(supervisor, programs, options);
  } catch (error) {
    await stop();
    throw error;
  }
  isReady = true;
  writeAtomically(runFile, supervisor.processes());

  const urlOf = (name: string) => {
    const found = all.flatMap(addressesOf).find((address) => address.name === name);
    if (!found) throw new Error(`Unknown process ${name}`);
    return found.url;
  };
  return {
    url: programs.router.url,
    folder,
    keys,
    broker: brokerNames[eventBus],
    brokerUrl: brokerUrlFor(urlOf(brokerNames[eventBus]), OPERATOR, brokerPasswords),
    processes: () => supervisor.processes(),
    urlOf,
    kill: (name, signal) => supervisor.kill(name, signal),
    hold: (name, signal) => supervisor.hold(name, signal),
    resume: (name) => supervisor.resume(name),
    waitReady: (name, timeoutMs) => supervisor.waitReady(name, timeoutMs),
    stop,
  };
}

async function getServersAndBuild(options: SystemOptions, eventBus: EventBusName) {
  const { watch = false, client = true, report = () => undefined, step } = options;
  const timed = async <T>(name: string, work: Promise<T>): Promise<T> => {
    const startedAt = Date.now();
    const result = await work;
    step?.(name, Date.now() - startedAt);
    return result;
  };
  const [paths] = await Promise.all([
    timed('servers found', getServers(report, serversFor[eventBus])),
    watch ? undefined : timed('services built', buildServices(root)),
    watch ? undefined : buildLocalPrograms(root),
    watch || !client ? undefined : timed('client built', buildClient(root)),
  ]);
  return paths;
}

async function startAll(
  supervisor: Supervisor,
  { stores, programs, router, targets }: Programs,
  options: SystemOptions,
) {
  const startedAt = Date.now();
  for (const store of stores) supervisor.start(store);
  if (!options.beforeOpening) supervisor.start(router); // its pages say that the shop is starting
  await Promise.all(stores.map(({ name }) => supervisor.waitReady(name)));
  options.step?.('stores started', Date.now() - startedAt);

  const storesReadyAt = Date.now();
  for (const program of programs) supervisor.start(program);
  const all = [...stores, ...programs];
  await Promise.all(all.map(({ name }) => supervisor.waitReady(name, PROGRAM_START_MS)));
  options.step?.('programs started', Date.now() - storesReadyAt);

  if (options.beforeOpening) {
    await withPrivateRouter(targets, options.beforeOpening);
    supervisor.start(router);
  }
  await supervisor.waitReady(router.name, PROGRAM_START_MS);
}

/** Gives `work` a router that only this process knows. */
async function withPrivateRouter(targets: Targets, work: (url: string) => Promise<void>) {
  const server = createRouter({ routes: readRoutes(root), targets });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

/** Stops each program before those that it depends on. */
async function stopAll(supervisor: Supervisor, { stores }: Programs, folder: string) {
  const isStore = (name: string) => stores.some((store) => store.name === name);
  await supervisor.stop([
    (name) => name === 'router' || name === 'client',
    (name) => !isStore(name) && name !== 'emulator',
    (name) => name === 'emulator',
    isStore,
  ]);
  rmSync(join(folder, 'run.json'), { force: true });
  rmSync(join(folder, 'children.json'), { force: true });
}
