import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { startSystem, System } from '../../infra/local/src/system.ts';
import type { EventBusName } from '../../infra/local/src/system-options.ts';
import { openSnapshotReader } from '../shop/snapshot.ts';
import type { Audit } from './audit.ts';
import { openAudit } from './audit.ts';
import type { Link } from './proxy.ts';
import { openLink } from './proxy.ts';
import type { SmallDisks } from './small-disks.ts';
import { mountSmallDisks } from './small-disks.ts';

const RESERVATION_SECONDS = 3;

/** The running system with all means to injure it and to observe it. */
export type World = {
  system: System;
  eventBus: EventBusName;
  /** Every connection between two processes, except the webhooks of the emulator. */
  links: Link[];
  audit: Audit;
  snapshots: ReturnType<typeof openSnapshotReader>;
  /** Process names by kind. */
  services: string[];
  stores: string[];
  others: string[];
  /** Writes or removes the control file that `preload.mjs` reads in the replica with this client id. */
  control(kind: 'crash' | 'clock', clientId: string, value: string | undefined): void;
  /** The crash points that were reached, such as `orders-1 after-commit`. */
  reachedCrashPoints(): string[];
  fillDisk: SmallDisks['fill'];
  /** Opens a way to the shop for the users of one seed. @returns its URL. */
  openNetwork(seed: number): Promise<string>;
  /** The processes that exited, as the supervisor reports them. */
  exits: { at: number; line: string }[];
  skipped: string[];
  close(): Promise<void>;
};

type Options = {
  folder: string;
  /** Starts the programs under test: those of the checkout or of a patched copy. */
  start: typeof startSystem;
  /** NATS Streaming by default. */
  eventBus?: EventBusName;
  /** The folder of the programs that the second replica of each service runs; those under test by default. */
  previous?: string | undefined;
  log?: (line: string) => void;
};

export async function openWorld(options: Options): Promise<World> {
  const control = join(options.folder, 'control');
  mkdirSync(control, { recursive: true });
  const { eventBus = 'nats-streaming' } = options;
  const disks = mountSmallDisks(join(options.folder, 'data'), eventBus);
  process.once('exit', disks.unmount);
  const links: Link[] = [];
  const networks: Link[] = [];
  const exits: World['exits'] = [];
  let system: System | undefined;
  let audit: Audit | undefined;
  const closeAll = async () => {
    await audit?.close();
    await system?.stop();
    for (const link of [...links, ...networks]) link.close();
    disks.unmount();
    process.off('exit', disks.unmount);
  };
  try {
    system = await startWithLinks({ ...options, eventBus }, control, links, exits);
    const file = join(options.folder, 'audit.jsonl');
    audit = await connectAudit(system, { eventBus, file, isMixed: options.previous !== undefined }, links);
  } catch (error) {
    await closeAll();
    throw error;
  }
  const snapshots = openSnapshotReader(system);
  return {
    system,
    eventBus,
    links,
    audit,
    snapshots,
    ...classifyProcesses(system),
    exits,
    skipped: disks.skipped,
    fillDisk: disks.fill,
    async openNetwork(seed) {
      const network = await openLink('users', 'router', networkOf(seed, system.url));
      networks.push(network);
      return `http://127.0.0.1:${network.port}`;
    },
    control(kind, clientId, value) {
      const file = join(control, `${kind}-${clientId}`);
      if (value === undefined) rmSync(file, { force: true });
      else writeFileSync(file, value);
    },
    reachedCrashPoints() {
      try {
        return readFileSync(join(control, 'crashed'), 'utf8').trim().split('\n');
      } catch {
        return [];
      }
    },
    async close() {
      await snapshots.close();
      await closeAll();
    },
  };
}

/**
 * Each seed has a network of its own, because the limits of a network count for up to an hour: the declined cards of
 * many seeds together would reach them. Only Linux has all addresses of 127.0.0.0/8.
 */
function networkOf(seed: number, url: string) {
  const { hostname, port } = new URL(url);
  const localAddress = `127.${1 + ((seed >> 8) % 254)}.${seed % 256}.1`;
  return { host: hostname, port: Number(port), ...(process.platform === 'linux' && { localAddress }) };
}

/** Starts two replicas of every service but auth, with a proxy in each connection. */
function startWithLinks(
  { folder, start, eventBus, previous, log = () => undefined }: Options & { eventBus: EventBusName },
  control: string,
  links: Link[],
  exits: World['exits'],
): Promise<System> {
  // A file URL has no spaces, which would split NODE_OPTIONS.
  const preload = pathToFileURL(join(import.meta.dirname, 'preload.mjs')).href;
  return start({
    folder,
    client: false,
    eventBus,
    nodeEnv: 'test',
    replicas: { tickets: 2, orders: 2, payments: 2, expiration: 2 },
    folderOf: (replica) => (replica.endsWith('-2') ? previous : undefined),
    env: {
      all: { NODE_OPTIONS: `--import=${preload}`, FAULTS_FOLDER: control, LOG_LEVEL: 'info' },
      // All limits are the defaults. Many reservations must expire during the faults, which last for seconds.
      orders: { RESERVATION_SECONDS: String(RESERVATION_SECONDS) },
    },
    async wrapUrl({ from, to, url }) {
      if (from === 'emulator') return url; // its webhooks have fault injection options of their own
      const { hostname, port } = new URL(url);
      const link = await openLink(from, to, { host: hostname, port: Number(port) });
      links.push(link);
      return url.replace(`${hostname}:${port}`, `127.0.0.1:${link.port}`);
    },
    report(line) {
      exits.push({ at: Date.now(), line });
      log(line);
    },
  });
}

async function connectAudit(
  system: System,
  options: Parameters<typeof openAudit>[1],
  links: Link[],
): Promise<Audit> {
  const nats = new URL(system.brokerUrl);
  const link = await openLink('audit', system.broker, { host: nats.hostname, port: Number(nats.port) });
  links.push(link);
  return openAudit(`nats://${nats.username}:${nats.password}@127.0.0.1:${link.port}`, options);
}

function classifyProcesses(system: System): Pick<World, 'services' | 'stores' | 'others'> {
  const names = system.processes().map(({ name }) => name);
  const stores = names.filter((name) => /^(mongod-.*|redis|nats|nats-streaming)$/.test(name));
  const others: string[] = names.filter((name) => ['router', 'emulator'].includes(name));
  return {
    stores,
    others,
    services: names.filter((name) => !stores.includes(name) && !others.includes(name)),
  };
}
