import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { MARK, writeAtomically } from './children.ts';
import { signalGroup, startTime } from './process-identity.ts';

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;
const HEALTHY_AFTER_MS = 30_000;
const DRAIN_MS = 12_000;
const ATTEMPTS = 3;

export type Program = {
  name: string;
  command: string;
  args: string[];
  cwd: string;
  env: Record<string, string>;
  url: string;
  isReady: () => Promise<boolean>;
  /** What has to happen between its unexpected end and its next start, given the end of its log. */
  beforeRestart?: (log: string) => Promise<void>;
};

export type ProcessInfo = { name: string; pid: number; url: string };

type Entry = {
  program: Program;
  child?: ChildProcess;
  startedAt: number;
  /** Ends in a row that came soon after the start. */
  failures: number;
  held: boolean;
  pausing?: AbortController;
};

/** Keeps programs running: what dies is started again, with growing pauses, until `stop`. */
export function createSupervisor(options: {
  folder: string;
  report: (line: string) => void;
  changed: () => void;
}) {
  const { folder, report, changed } = options;
  const run = randomUUID();
  const entries = new Map<string, Entry>();
  let stopping = false;

  const killAll = () => {
    for (const { child } of entries.values())
      if (child?.pid && isAlive(child)) signalGroup(child.pid, 'SIGKILL');
  };
  process.on('exit', killAll);

  function record() {
    const children = [...entries.values()].map(({ program: { name }, child }) => {
      const since = child?.pid === undefined ? undefined : startTime(child.pid);
      return child?.pid && since ? { name, pid: child.pid, startTime: since } : { name };
    });
    const runner = { pid: process.pid, startTime: startTime(process.pid) };
    writeAtomically(join(folder, 'children.json'), { run, runner, children });
  }

  function launch(entry: Entry) {
    const { name, command, args, cwd, env } = entry.program;
    delete entry.child;
    record();
    mkdirSync(join(folder, 'logs'), { recursive: true });
    const log = openSync(join(folder, 'logs', `${name}.log`), 'a');
    // A group of its own: Ctrl-C in the terminal must reach the runner only, which then stops all in good order.
    const child = spawn(command, args, {
      cwd,
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...env, [MARK]: `${run}/${name}` },
    });
    closeSync(log);
    entry.child = child;
    entry.startedAt = Date.now();
    record();
    child.once('error', (error) => report(`${name} cannot be started: ${error.message}`));
    child.once('close', (code, signal) => void ended(entry, child, signal ?? `exit code ${code}`));
    changed();
  }

  async function ended(entry: Entry, child: ChildProcess, how: string) {
    if (stopping || entry.held || entry.child !== child) return;
    const { name, beforeRestart } = entry.program;
    entry.failures = Date.now() - entry.startedAt > HEALTHY_AFTER_MS ? 1 : entry.failures + 1;
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (entry.failures - 1), LONGEST_PAUSE_MS);
    report(`${name} ended (${how}); starting it again`);
    entry.pausing = new AbortController();
    try {
      await wait(pauseMs, undefined, { signal: entry.pausing.signal });
      await beforeRestart?.(logEnd(name));
    } catch (error) {
      if ((error as Error).name !== 'AbortError') report(`${name}: ${(error as Error).message}`);
    }
    if (!stopping && !entry.held && entry.child === child) launch(entry);
  }

  const logEnd = (name: string) => readFileSync(join(folder, 'logs', `${name}.log`), 'utf8').slice(-4_000);

  function entryOf(name: string): Entry {
    const entry = entries.get(name);
    if (!entry) throw new Error(`There is no process ${name}; there are ${[...entries.keys()].join(', ')}`);
    return entry;
  }

  return {
    run,

    start(program: Program) {
      const entry: Entry = { program, startedAt: 0, failures: 0, held: false };
      entries.set(program.name, entry);
      launch(entry);
    },

    processes(): ProcessInfo[] {
      return [...entries.values()].flatMap(({ program: { name, url }, child }) =>
        child?.pid && isAlive(child) ? [{ name, pid: child.pid, url }] : [],
      );
    },

    /** Resolves once the program answers; rejects with the end of its log when it ends again and again, or at the time limit. */
    async waitReady(name: string, timeoutMs = 60_000): Promise<void> {
      const entry = entryOf(name);
      const failuresBefore = entry.failures;
      const deadline = Date.now() + timeoutMs;
      while (!(entry.child && isAlive(entry.child) && (await entry.program.isReady()))) {
        if (stopping) throw new Error(`${name} was stopped before it was ready`);
        const hopeless = entry.failures - failuresBefore >= ATTEMPTS;
        if (hopeless || Date.now() > deadline) {
          const what = hopeless ? 'does not start' : `is not ready after ${timeoutMs / 1000} s`;
          throw new Error(`${name} ${what}. The end of its log:\n${logEnd(name).trimEnd()}`);
        }
        await wait(50);
      }
    },

    /** Sends a signal to one process; if it dies of it, it is started again. */
    kill(name: string, signal: NodeJS.Signals = 'SIGKILL') {
      const { child } = entryOf(name);
      if (child?.pid && isAlive(child)) signalGroup(child.pid, signal);
    },

    /** Ends one process and leaves it down until `resume`. */
    async hold(name: string, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
      const entry = entryOf(name);
      entry.held = true;
      entry.pausing?.abort();
      await end(entry, signal);
      changed();
    },

    resume(name: string) {
      const entry = entryOf(name);
      if (!entry.held) return;
      entry.held = false;
      launch(entry);
    },

    /** Stops group after group, each group at once; who does not end in time is killed. */
    async stop(order: ((name: string) => boolean)[]): Promise<void> {
      stopping = true;
      for (const entry of entries.values()) entry.pausing?.abort();
      for (const belongs of order) {
        const group = [...entries.values()].filter(({ program }) => belongs(program.name));
        await Promise.all(group.map((entry) => end(entry, 'SIGTERM')));
      }
      process.off('exit', killAll);
    },

    killAll,
  };
}

async function end({ child }: Entry, signal: NodeJS.Signals): Promise<void> {
  if (!child?.pid || !isAlive(child)) return;
  const closed = once(child, 'close');
  signalGroup(child.pid, signal);
  if (signal !== 'SIGKILL') signalGroup(child.pid, 'SIGCONT');
  const timer = setTimeout(() => child.pid && signalGroup(child.pid, 'SIGKILL'), DRAIN_MS);
  await closed;
  clearTimeout(timer);
}

function isAlive(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}
