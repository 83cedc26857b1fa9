import { readFileSync } from 'node:fs';

/** Of each process, by its name. */
type Totals = Record<string, number>;
/** CPU milliseconds by process name, user and system time together. */
export type Cpu = Totals;
type Running = { name: string; pid: number };

/** /proc reports CPU time in hundredths of a second (USER_HZ), whatever the kernel's own tick. */
const TICK_MS = 10;

/** The CPU time that each process has used since its start, including its threads. */
export function readCpu(processes: Running[]): Cpu {
  return Object.fromEntries(processes.map(({ name, pid }) => [name, cpuOf(pid)]));
}

function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** What each process has written since its start, to sockets, files and its log. */
export function readWrites(processes: Running[]): { calls: Totals; bytes: Totals } {
  const counters = processes.map(({ name, pid }) => {
    const io = readFileSync(`/proc/${pid}/io`, 'utf8');
    const counter = (field: string) => Number(new RegExp(`^${field}: (\\d+)`, 'm').exec(io)?.[1] ?? 0);
    return { name, calls: counter('syscw'), bytes: counter('wchar') };
  });
  return {
    calls: Object.fromEntries(counters.map(({ name, calls }) => [name, calls])),
    bytes: Object.fromEntries(counters.map(({ name, bytes }) => [name, bytes])),
  };
}

export function difference(before: Totals, after: Totals): Totals {
  return Object.fromEntries(Object.entries(after).map(([name, ms]) => [name, ms - (before[name] ?? 0)]));
}

/** Resident memory in MiB by process, now and at its peak. */
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
