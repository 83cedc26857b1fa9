import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { buildLocalPrograms } from './build.ts';
import type { Identity } from './process-identity.ts';
import { startTime } from './process-identity.ts';

/**
 * Has the system in `folder` end when this process is killed, which has no time to end it then. When another process forked
 * this one, as Jest forks its workers, both end with that one as well. Lasts until the folder is removed.
 */
export function guardSystem(folder: string): Promise<void> {
  const pids = process.send ? [process.pid, process.ppid] : [process.pid];
  return startGuard(
    folder,
    pids.map((pid) => ({ pid, startTime: startTime(pid) ?? '' })),
  );
}

/** Has the system in `folder`, and the process that runs it, end as soon as one of `owners` has ended. */
export async function startGuard(folder: string, owners: Identity[]): Promise<void> {
  await buildLocalPrograms(resolve(import.meta.dirname, '../../..'));
  const program = join(import.meta.dirname, '../dist/guard.js');
  // In a process group of its own, so that Ctrl-C does not reach it.
  spawn(process.execPath, [program, folder, ...owners.map((owner) => JSON.stringify(owner))], {
    cwd: import.meta.dirname,
    detached: true,
    stdio: 'ignore',
  }).unref();
}
