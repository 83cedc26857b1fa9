import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The start time of a process, in the unit of the system. Pids are reused; pid and start time identify a process. */
export function startTime(pid: number): string | undefined {
  try {
    if (process.platform !== 'linux') {
      return (
        execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined
      );
    }
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets, which may contain spaces, so parsing starts after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state] = fields;
    return state === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

export type Identity = { pid: number; startTime: string };

export function isStill({ pid, startTime: startedAt }: Identity): boolean {
  return startTime(pid) === startedAt;
}

/** Signals the process group, so that the children of the process receive the signal as well. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, signal);
      return;
    } catch {
      // The process has exited or leads no group: try the process itself.
    }
  }
}
