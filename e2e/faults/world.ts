import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { startSystem, System } from '../../infra/local/src/system.ts';
import { openBooks } from '../shop/books.ts';
import { openAudit } from './audit.ts';
import type { Audit } from './audit.ts';
import { openLink } from './proxy.ts';
import type { Link } from './proxy.ts';

const RESERVATION_SECONDS = 3;
const DISK_SIZE = 512 * 1024 * 1024;
/** Those whose disk can be full: each has a small file system of its own. */
const ownDisk = ['nats-streaming', 'redis', 'mongod-orders'];

/** The whole shop with everything between its processes in our hand. */
export type World = {
  system: System;
  links: Link[];
  audit: Audit;
  books: ReturnType<typeof openBooks>;
  /** Programs by what they are; what can be killed, frozen, cut off. */
  services: string[];
  stores: string[];
  others: string[];
  /** Leaves word for `inside.mjs` in one replica, by its client id. */
  tell(kind: 'crash' | 'clock', name: string, word: string | undefined): void;
  /** Crash points that were reached: `orders-1 after-commit`. */
  crashed(): string[];
  /** Lets the disk of a store be full, or not. False where it has no disk of its own. */
  fillDisk(store: string, isFull: boolean): boolean;
  /** Programs that ended without having been told to; stores while we are at them excepted. */
  ends: { at: number; line: string }[];
  skipped: string[];
  close(): Promise<void>;
};

/** `start`: of the checkout under test, which may be a copy with a defect in it. */
export async function openWorld(options: {
  folder: string;
  start: typeof startSystem;
  say?: (line: string) => void;
}): Promise<World> {
  const { folder, start, say = () => undefined } = options;
  const control = join(folder, 'control');
  mkdirSync(control, { recursive: true });
  const { disks, skipped } = mountDisks(join(folder, 'data'));
  const unmountAll = () => disks.forEach(unmount);
  process.once('exit', unmountAll);
  const links: Link[] = [];
  const ends: World['ends'] = [];
  let system: System | undefined;
  let audit: Audit | undefined;
  const closeAll = async () => {
    await audit?.close();
    await system?.stop();
    for (const link of links) link.close();
    unmountAll();
    process.off('exit', unmountAll);
  };
  const inside = pathToFileURL(join(import.meta.dirname, 'inside.mjs')).href; // a path with a space would be two words
  try {
    system = await start({
      folder: join(folder),
      client: false,
      nodeEnv: 'test',
      replicas: { tickets: 2, orders: 2, payments: 2, expiration: 2 },
      env: {
        all: { NODE_OPTIONS: `--import=${inside}`, FAULTS_FOLDER: control, LOG_LEVEL: 'info' },
        orders: { RESERVATION_SECONDS: String(RESERVATION_SECONDS) },
      },
      async wrapUrl({ from, to, url }) {
        if (from === 'emulator') return url; // its webhooks have knobs of their own
        const { hostname, port } = new URL(url);
        const link = await openLink(from, to, { host: hostname, port: Number(port) });
        links.push(link);
        return url.replace(`${hostname}:${port}`, `127.0.0.1:${link.port}`);
      },
      report(line) {
        ends.push({ at: Date.now(), line });
        say(line);
      },
    });
    const nats = new URL(system.urlOf('nats-streaming'));
    const way = await openLink('audit', 'nats-streaming', { host: nats.hostname, port: Number(nats.port) });
    links.push(way);
    audit = await openAudit(`nats://127.0.0.1:${way.port}`, join(folder, 'audit.jsonl'));
  } catch (error) {
    await closeAll();
    throw error;
  }
  const books = openBooks(system);
  const names = system.processes().map(({ name }) => name);
  const stores = names.filter((name) => /^(mongod-.*|redis|nats-streaming)$/.test(name));
  const others: string[] = names.filter((name) => ['router', 'emulator'].includes(name));

  return {
    system,
    links,
    audit,
    books,
    stores,
    others,
    services: names.filter((name) => !stores.includes(name) && !others.includes(name)),
    ends,
    skipped,
    tell(kind, name, word) {
      const file = join(control, `${kind}-${name}`);
      if (word === undefined) rmSync(file, { force: true });
      else writeFileSync(file, word);
    },
    crashed() {
      try {
        return readFileSync(join(control, 'crashed'), 'utf8').trim().split('\n');
      } catch {
        return [];
      }
    },
    fillDisk(store, isFull) {
      const disk = disks.get(store);
      if (!disk) return false;
      if (!isFull) resize(disk, DISK_SIZE);
      else while (!resize(disk, usedOf(disk)));
      return true;
    },
    async close() {
      await books.close();
      await closeAll();
    },
  };
}

function mountDisks(data: string): { disks: Map<string, string>; skipped: string[] } {
  const disks = new Map<string, string>();
  for (const store of ownDisk) {
    const folder = join(data, store);
    mkdirSync(folder, { recursive: true });
    try {
      execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', `size=${DISK_SIZE}`, 'tmpfs', folder], {
        stdio: 'pipe',
      });
      disks.set(store, folder);
    } catch {
      return { disks, skipped: ['disk full: a small file system cannot be mounted here (needs root)'] };
    }
  }
  return { disks, skipped: [] };
}

function usedOf(disk: string): number {
  return Number(execFileSync('df', ['--output=used', '-B1', disk]).toString().trim().split('\n')[1]);
}

/** @returns false where more is in use by now than it was to hold. */
function resize(disk: string, size: number): boolean {
  try {
    execFileSync('/bin/mount', ['-o', `remount,size=${Math.max(size, 4096)}`, disk], { stdio: 'pipe' });
    return true;
  } catch (error) {
    if (usedOf(disk) <= size) throw error;
    return false;
  }
}

function unmount(folder: string): void {
  try {
    execFileSync('/bin/umount', ['-l', folder], { stdio: 'pipe' });
  } catch {
    return; // unmounted already
  }
}
