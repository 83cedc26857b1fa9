import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Identity } from './process-identity.ts';
import { isStill, signalGroup, startTime } from './process-identity.ts';

const GRACE_MS = 5_000;

/** A child without pid was starting when the file was written; MARK in its environment identifies it. */
export type Child = { name: string } & Partial<Identity>;
export type ChildrenFile = { run: string; runner: Identity; children: Child[] };

/** The environment variable with the run and the name of each child. */
export const MARK = 'TICKETING_CHILD';

export function writeAtomically(file: string, content: unknown): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify(content, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

export function readChildren(file: string): ChildrenFile | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ChildrenFile;
  } catch {
    return undefined;
  }
}

/** The children that still run: found by pid and start time, or by MARK when the file has no pid. */
export function findOrphans({ run, children }: ChildrenFile): { name: string; pid: number }[] {
  return children.flatMap(({ name, pid, startTime: startedAt }) => {
    if (pid !== undefined && startedAt !== undefined)
      return isStill({ pid, startTime: startedAt }) ? [{ name, pid }] : [];
    return markedWith(`${MARK}=${run}/${name}`).map((marked) => ({ name, pid: marked }));
  });
}

function markedWith(mark: string): number[] {
  if (process.platform !== 'linux') return [];
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  return pids.map(Number).filter((pid) => {
    try {
      return readFileSync(join('/proc', String(pid), 'environ'), 'utf8')
        .split('\0')
        .includes(mark);
    } catch {
      return false;
    }
  });
}

/**
 * Ends the processes that a killed run has left, and returns their names. It signals only processes that the file names
 * and that have the recorded start time. Throws while that run is still alive.
 */
export async function endOrphans(file: string): Promise<string[]> {
  const recorded = readChildren(file);
  if (!recorded) return [];
  if (recorded.runner.pid !== process.pid && isStill(recorded.runner)) {
    throw new Error(
      `The shop already runs in this folder (process ${recorded.runner.pid}). Press Ctrl-C in its terminal, or run: kill ${recorded.runner.pid}`,
    );
  }
  const orphans = findOrphans(recorded);
  const startTimes = new Map(orphans.map(({ pid }) => [pid, startTime(pid)]));
  const alive = () =>
    orphans.filter(({ pid }) => startTimes.get(pid) !== undefined && startTime(pid) === startTimes.get(pid));
  for (const { pid } of alive()) signalGroup(pid, 'SIGTERM');
  const deadline = Date.now() + GRACE_MS;
  while (alive().length > 0 && Date.now() < deadline) await wait(50);
  for (const { pid } of alive()) signalGroup(pid, 'SIGKILL');
  while (alive().length > 0) await wait(50);
  return orphans.map(({ name }) => name);
}
