import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { EventBusName } from '../../infra/local/src/system-options.ts';

const DISK_SIZE = 512 * 1024 * 1024;

/** File systems of their own for the stores whose disk can be full. */
export type SmallDisks = {
  /** Fills the disk of a store or empties it again. @returns false when the store has no disk of its own. */
  fill: (store: string, isFull: boolean) => boolean;
  unmount: () => void;
  /** The reason why there are none. */
  skipped: string[];
};

/** JetStream gets none: it is not tried here with a full disk. */
export function mountSmallDisks(dataFolder: string, eventBus: EventBusName): SmallDisks {
  const stores = ['redis', 'mongod-orders', ...(eventBus === 'nats-streaming' ? [eventBus] : [])];
  const disks = new Map<string, string>();
  const skipped = mountAll(dataFolder, stores, disks)
    ? []
    : ['disk full: a small file system cannot be mounted here (needs root)'];
  return {
    skipped,
    fill(store, isFull) {
      const disk = disks.get(store);
      if (!disk) return false;
      if (!isFull) resize(disk, DISK_SIZE);
      else while (!resize(disk, usedBytes(disk)));
      return true;
    },
    unmount: () => disks.forEach(unmount),
  };
}

/** @returns false when the first mount fails. */
function mountAll(dataFolder: string, stores: string[], disks: Map<string, string>): boolean {
  for (const store of stores) {
    const folder = join(dataFolder, store);
    mkdirSync(folder, { recursive: true });
    try {
      execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', `size=${DISK_SIZE}`, 'tmpfs', folder], {
        stdio: 'pipe',
      });
      disks.set(store, folder);
    } catch {
      return false;
    }
  }
  return true;
}

function usedBytes(disk: string): number {
  return Number(execFileSync('df', ['--output=used', '-B1', disk]).toString().trim().split('\n')[1]);
}

/** @returns false when the disk meanwhile contains more than the new size. */
function resize(disk: string, size: number): boolean {
  try {
    execFileSync('/bin/mount', ['-o', `remount,size=${Math.max(size, 4096)}`, disk], { stdio: 'pipe' });
    return true;
  } catch (error) {
    if (usedBytes(disk) <= size) throw error;
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
