import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { isStill, signalGroup, startTime } from './process-identity.ts';
import type { Identity } from './process-identity.ts';

const PATIENCE_MS = 5_000;

/** A child without pid was about to be started when this was written; its environment names the run and it. */
export type Child = { name: string } & Partial<Identity>;
export type ChildrenFile = { run: string; runner: Identity; children: Child[] };

/** The environment variable that marks every child with its run and name. */
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

/** Those of the children that live on: by pid and start time, or by their mark when the pid was never written down. */
export function orphansOf({ run, children }: ChildrenFile): { name: string; pid: number }[] {
  return children.flatMap(({ name, pid, startTime: then }) => {
    if (pid !== undefined && then !== undefined)
      return isStill({ pid, startTime: then }) ? [{ name, pid }] : [];
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
 * Ends what an earlier run left behind when it was killed: only processes that the file names and that still are them.
 * Refuses while that run is alive.
 */
export async function endOrphans(file: string): Promise<string[]> {
  const left = readChildren(file);
  if (!left) return [];
  if (left.runner.pid !== process.pid && isStill(left.runner)) {
    throw new Error(
      `Already running here as process ${left.runner.pid}. Stop that first (Ctrl-C there, or kill ${left.runner.pid}).`,
    );
  }
  const orphans = orphansOf(left);
  const since = new Map(orphans.map(({ pid }) => [pid, startTime(pid)]));
  const alive = () =>
    orphans.filter(({ pid }) => since.get(pid) !== undefined && startTime(pid) === since.get(pid));
  for (const { pid } of alive()) signalGroup(pid, 'SIGTERM');
  const deadline = Date.now() + PATIENCE_MS;
  while (alive().length > 0 && Date.now() < deadline) await wait(50);
  for (const { pid } of alive()) signalGroup(pid, 'SIGKILL');
  while (alive().length > 0) await wait(50);
  return orphans.map(({ name }) => name);
}
