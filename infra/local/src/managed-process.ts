import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { signalGroup } from './process-identity.ts';

const FIRST_DELAY_MS = 200;
const MAX_DELAY_MS = 5_000;
const HEALTHY_AFTER_MS = 30_000;
const DRAIN_MS = 12_000;
const MAX_FAILED_STARTS = 3;
const LOG_TAIL_LENGTH = 4_000;

export type Program = {
  name: string;
  command: string;
  args: string[];
  cwd: string;
  env: Record<string, string>;
  url: string;
  /** The broker's HTTP monitor. */
  monitorUrl?: string;
  /** Of a mongod that services share: the address of each database, by the name that a mongod of its own would have. */
  databases?: { name: string; url: string }[];
  isReady: () => Promise<boolean>;
  /** Runs after an unexpected exit and before the restart, with the end of the log. A sentence that it returns is reported. */
  beforeRestart?: (log: string) => Promise<string | undefined>;
};

/** The addresses of a program by name. */
export function addressesOf({ name, url, databases }: Program): { name: string; url: string }[] {
  return databases ?? [{ name, url }];
}

type Options = {
  logFile: string;
  /** Marks the process, so that a later run finds it if this one is killed. */
  mark: Record<string, string>;
  report: (line: string) => void;
  /** Called before a start, while the process has no pid. */
  onStarting: () => void;
  onStarted: () => void;
};

/** Keeps one program running: restarts it after an unexpected exit, with growing delays, until it is held or stopped. */
export class ManagedProcess {
  readonly program: Program;
  private readonly options: Options;
  private child: ChildProcess | undefined;
  private startedAt = 0;
  /** Consecutive exits soon after a start. */
  private failures = 0;
  private mode: 'supervised' | 'held' | 'stopped' = 'supervised';
  private restartDelay: AbortController | undefined;

  constructor(program: Program, options: Options) {
    this.program = program;
    this.options = options;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  get isRunning(): boolean {
    return this.child?.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  start() {
    const { name, command, args, cwd, env } = this.program;
    const { logFile, mark, report, onStarting, onStarted } = this.options;
    this.mode = 'supervised';
    this.child = undefined;
    onStarting();
    mkdirSync(dirname(logFile), { recursive: true });
    const log = openSync(logFile, 'a');
    // In a process group of its own, so that Ctrl-C in the terminal reaches only the runner, which stops all in order.
    const child = spawn(command, args, {
      cwd,
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...env, ...mark },
    });
    closeSync(log);
    this.child = child;
    this.startedAt = Date.now();
    onStarted();
    child.once('error', (error) => report(`${name} could not be started: ${error.message}`));
    child.once('close', (code, signal) => void this.restart(child, signal ?? `exit code ${code}`));
  }

  /** Resolves once the program is ready; rejects with the end of its log when it keeps exiting or the time is over. */
  async waitReady(timeoutMs: number): Promise<void> {
    const { name, isReady } = this.program;
    const failuresBefore = this.failures;
    const deadline = Date.now() + timeoutMs;
    while (!(this.isRunning && (await isReady()))) {
      if (this.mode === 'stopped') throw new Error(`${name} was stopped before it was ready`);
      const keepsExiting = this.failures - failuresBefore >= MAX_FAILED_STARTS;
      if (keepsExiting || Date.now() > deadline) {
        const problem = keepsExiting
          ? `exited ${MAX_FAILED_STARTS} times before it was ready`
          : `was not ready after ${timeoutMs / 1000} s`;
        throw new Error(
          `${name} ${problem}. The end of ${this.options.logFile}:\n${this.logTail().trimEnd()}`,
        );
      }
      await wait(100);
    }
  }

  signal(signal: NodeJS.Signals) {
    if (this.pid !== undefined && this.isRunning) signalGroup(this.pid, signal);
  }

  /** Ends the process and keeps it down until `resume`. */
  async hold(signal: NodeJS.Signals): Promise<void> {
    this.mode = 'held';
    this.restartDelay?.abort();
    await this.terminate(signal);
  }

  resume() {
    if (this.mode === 'held') this.start();
  }

  /** Makes the next exit final. */
  preventRestart() {
    this.mode = 'stopped';
    this.restartDelay?.abort();
  }

  /** Resolves when the process has exited; SIGKILL follows when it does not exit in time. */
  async terminate(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    if (!child || !this.isRunning) return;
    const closed = once(child, 'close');
    this.signal(signal);
    // A process stopped by SIGSTOP would never handle the signal.
    if (signal !== 'SIGKILL') this.signal('SIGCONT');
    const timer = setTimeout(() => child.pid && signalGroup(child.pid, 'SIGKILL'), DRAIN_MS);
    await closed;
    clearTimeout(timer);
  }

  private async restart(child: ChildProcess, reason: string) {
    const isObsolete = () => this.mode !== 'supervised' || this.child !== child;
    if (isObsolete()) return;
    const { name, beforeRestart } = this.program;
    this.failures = Date.now() - this.startedAt > HEALTHY_AFTER_MS ? 1 : this.failures + 1;
    const delayMs = Math.min(FIRST_DELAY_MS * 2 ** (this.failures - 1), MAX_DELAY_MS);
    this.options.report(`${name} exited (${reason}); restarting it`);
    this.restartDelay = new AbortController();
    try {
      await wait(delayMs, undefined, { signal: this.restartDelay.signal });
      const repaired = await beforeRestart?.(this.logTail());
      if (repaired) this.options.report(`${name}: ${repaired}`);
    } catch (error) {
      if ((error as Error).name !== 'AbortError') {
        this.options.report(`${name}: ${(error as Error).message}`);
      }
    }
    if (!isObsolete()) this.start();
  }

  private logTail(): string {
    return readFileSync(this.options.logFile, 'utf8').slice(-LOG_TAIL_LENGTH);
  }
}
