import { mkdir, mkdtemp, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const STALE_MS = 10 * 60_000;

/** Shared by all checkouts of this user. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(env.XDG_CACHE_HOME?.trim() || join(homedir(), '.cache'), 'ticketing');
}

/** Runs `work` under a lock file that excludes other processes. Removes the lock of a process that has died. */
export async function withLock<T>(folder: string, name: string, work: () => Promise<T>): Promise<T> {
  await mkdir(folder, { recursive: true });
  const lock = join(folder, `${name}.lock`);
  while (!(await acquire(lock))) await wait(250);
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function acquire(lock: string): Promise<boolean> {
  try {
    const file = await open(lock, 'wx');
    await file.writeFile(String(process.pid));
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (await isStale(lock)) await rm(lock, { force: true });
    return false;
  }
}

async function isStale(lock: string): Promise<boolean> {
  try {
    if (Date.now() - (await stat(lock)).mtimeMs > STALE_MS) return true;
    const owner = Number(await readFile(lock, 'utf8'));
    if (!owner) return false;
    process.kill(owner, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/**
 * Fills a temporary folder and renames it, so that the folder `name` is never incomplete. The caller holds the lock of
 * that name, so temporary folders of killed runs can be removed first.
 */
export async function placeAtomically(cache: string, name: string, fill: (folder: string) => Promise<void>) {
  const leftovers = (await readdir(cache)).filter((entry) => entry.startsWith(`.${name}-`));
  for (const entry of leftovers) await rm(join(cache, entry), { recursive: true, force: true });
  const temporary = await mkdtemp(join(cache, `.${name}-`));
  try {
    await fill(temporary);
    await rm(join(cache, name), { recursive: true, force: true });
    await rename(temporary, join(cache, name));
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
