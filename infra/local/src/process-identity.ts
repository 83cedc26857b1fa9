import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** When a process started, in whatever unit the system tells: with the pid it names one process for ever. */
export function startTime(pid: number): string | undefined {
  try {
    if (process.platform !== 'linux') {
      return (
        execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined
      );
    }
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets and may hold anything; the others follow it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state] = fields;
    return state === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

export type Identity = { pid: number; startTime: string };

export function isStill({ pid, startTime: then }: Identity): boolean {
  return startTime(pid) === then;
}

/** Signals a process with its group, so that what it started itself hears it too. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, signal);
      return;
    } catch {
      // Gone, or not the leader of a group: then the process alone.
    }
  }
}
