import { readFileSync } from 'node:fs';

/** CPU milliseconds by process name, of user and system together. */
export type Cpu = Record<string, number>;
type Running = { name: string; pid: number };

/** Linux counts CPU time of processes in hundredths of a second, whatever the kernel's own clock. */
const TICK_MS = 10;

/** What each process has used of the CPU since its start, its threads included. */
export function readCpu(processes: Running[]): Cpu {
  return Object.fromEntries(processes.map(({ name, pid }) => [name, cpuOf(pid)]));
}

function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

export function difference(before: Cpu, after: Cpu): Cpu {
  return Object.fromEntries(Object.entries(after).map(([name, ms]) => [name, ms - (before[name] ?? 0)]));
}

/** MiB in memory now and at most so far, by process. */
export function readMemory(processes: Running[]): Record<string, { now: number; peak: number }> {
  return Object.fromEntries(
    processes.map(({ name, pid }) => {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      const mib = (field: string) =>
        Math.round(Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) / 1024);
      return [name, { now: mib('VmRSS'), peak: mib('VmHWM') }];
    }),
  );
}

/** The arguments that a process was started with. */
export function argumentsOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
}
