import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Identity } from './process-identity.ts';
import { startTime } from './process-identity.ts';

/**
 * Has the system in `folder` end when this process is killed, which has no time to end it then. When another process forked
 * this one, as Jest forks its workers, both end with that one as well. Lasts until the folder is removed.
 */
export function guardSystem(folder: string): void {
  const pids = process.send ? [process.pid, process.ppid] : [process.pid];
  startGuard(
    folder,
    pids.map((pid) => ({ pid, startTime: startTime(pid) ?? '' })),
  );
}

/** Has the system in `folder`, and the process that runs it, end as soon as one of `owners` has ended. */
export function startGuard(folder: string, owners: Identity[]): void {
  const program = join(import.meta.dirname, 'guard-program.ts');
  // In a process group of its own, so that Ctrl-C does not reach it.
  spawn(
    process.execPath,
    ['--import=tsx', '--conditions=source', program, folder, ...owners.map((owner) => JSON.stringify(owner))],
    { cwd: import.meta.dirname, detached: true, stdio: 'ignore' },
  ).unref();
}
