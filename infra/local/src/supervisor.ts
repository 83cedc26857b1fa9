import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { MARK, writeAtomically } from './children.ts';
import type { Program } from './managed-process.ts';
import { addressesOf, ManagedProcess } from './managed-process.ts';
import { startTime } from './process-identity.ts';

/** `monitorUrl`: where the broker answers questions about itself, such as how far consumers are behind. */
export type ProcessInfo = { name: string; pid: number; url: string; monitorUrl?: string };

type Options = {
  folder: string;
  report: (line: string) => void;
  /** Called when a process has started or is down. */
  onChange: () => void;
};

/** Keeps a set of programs running, and records them in children.json so that the next run can end what is left of it. */
export class Supervisor {
  private readonly run = randomUUID();
  private readonly members = new Map<string, ManagedProcess>();
  private readonly options: Options;

  constructor(options: Options) {
    this.options = options;
    process.on('exit', this.killAll);
  }

  start(program: Program) {
    const { folder, report } = this.options;
    const member = new ManagedProcess(program, {
      logFile: join(folder, 'logs', `${program.name}.log`),
      mark: { [MARK]: `${this.run}/${program.name}` },
      report,
      onStarting: () => this.record(),
      onStarted: () => {
        this.record();
        this.options.onChange();
      },
    });
    this.members.set(program.name, member);
    member.start();
  }

  processes(): ProcessInfo[] {
    return [...this.members.values()].flatMap(({ program, pid, isRunning }) => {
      if (pid === undefined || !isRunning) return [];
      const { monitorUrl } = program;
      return addressesOf(program).map(({ name, url }) => ({
        name,
        pid,
        url,
        ...(monitorUrl && { monitorUrl }),
      }));
    });
  }

  waitReady(name: string, timeoutMs = 60_000): Promise<void> {
    return this.member(name).waitReady(timeoutMs);
  }

  /** Sends a signal to one process. If the process exits because of it, it is restarted. */
  kill(name: string, signal: NodeJS.Signals = 'SIGKILL') {
    this.member(name).signal(signal);
  }

  /** Ends one process and keeps it down until `resume`. */
  async hold(name: string, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    await this.member(name).hold(signal);
    this.options.onChange();
  }

  resume(name: string) {
    this.member(name).resume();
  }

  /** Stops the groups one after the other, the processes of a group at once. */
  async stop(groups: ((name: string) => boolean)[]): Promise<void> {
    const members = [...this.members.values()];
    for (const member of members) member.preventRestart();
    for (const isInGroup of groups) {
      const group = members.filter(({ program }) => isInGroup(program.name));
      await Promise.all(group.map((member) => member.terminate('SIGTERM')));
    }
    process.off('exit', this.killAll);
  }

  private readonly killAll = () => {
    for (const member of this.members.values()) member.signal('SIGKILL');
  };

  private record() {
    const children = [...this.members.values()].map(({ program: { name }, pid }) => {
      const since = pid === undefined ? undefined : startTime(pid);
      return pid !== undefined && since ? { name, pid, startTime: since } : { name };
    });
    const runner = { pid: process.pid, startTime: startTime(process.pid) };
    writeAtomically(join(this.options.folder, 'children.json'), { run: this.run, runner, children });
  }

  private member(name: string): ManagedProcess {
    const member = this.members.get(name);
    if (!member) throw new Error(`Unknown process ${name}; known are ${[...this.members.keys()].join(', ')}`);
    return member;
  }
}
