import { mkdir, mkdtemp, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const STALE_MS = 10 * 60_000;

/** Shared by all checkouts of this user. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(env.XDG_CACHE_HOME?.trim() || join(homedir(), '.cache'), 'ticketing');
}

/** Runs `work` while no other process works under this name. A lock whose owner has died is taken over. */
export async function withLock<T>(folder: string, name: string, work: () => Promise<T>): Promise<T> {
  await mkdir(folder, { recursive: true });
  const lock = join(folder, `${name}.lock`);
  while (!(await take(lock))) await wait(250);
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function take(lock: string): Promise<boolean> {
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
 * Fills a folder aside and moves it to its place in one step, so that nobody ever sees half of it.
 * Under the lock of that name: what a killed run left aside is removed first.
 */
export async function placeAtomically(cache: string, name: string, fill: (folder: string) => Promise<void>) {
  const left = (await readdir(cache)).filter((entry) => entry.startsWith(`.${name}-`));
  for (const entry of left) await rm(join(cache, entry), { recursive: true, force: true });
  const aside = await mkdtemp(join(cache, `.${name}-`));
  try {
    await fill(aside);
    await rm(join(cache, name), { recursive: true, force: true });
    await rename(aside, join(cache, name));
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}
