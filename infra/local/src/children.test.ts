import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Child } from './children.ts';
import { endOrphans, findOrphans, MARK, writeAtomically } from './children.ts';
import { startTime } from './process-identity.ts';

const folder = mkdtempSync(join(tmpdir(), 'ticketing-children-'));
const file = join(folder, 'children.json');
const started: ChildProcess[] = [];

async function aProcess(
  env: NodeJS.ProcessEnv = {},
): Promise<{ child: ChildProcess; pid: number; startTime: string }> {
  const child = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1000)'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, ...env },
  });
  started.push(child);
  await once(child.stdout, 'data');
  const pid = child.pid ?? 0;
  return { child, pid, startTime: startTime(pid) ?? '' };
}

/** A runner with the pid of a process that has exited. */
async function deadRunner() {
  const { child, pid, startTime: since } = await aProcess();
  child.kill('SIGKILL');
  await once(child, 'exit');
  return { pid, startTime: since };
}

const isRunning = ({ exitCode, signalCode }: ChildProcess) => exitCode === null && signalCode === null;

afterEach(() => {
  for (const child of started.splice(0)) if (isRunning(child)) child.kill('SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('A process that a killed run has left', () => {
  it('is stopped by the next run', async () => {
    const { child, pid, startTime: since } = await aProcess();
    const exit = once(child, 'exit');
    writeAtomically(file, {
      run: 'r',
      runner: await deadRunner(),
      children: [{ name: 'orders', pid, startTime: since }],
    });

    expect(await endOrphans(file)).toEqual(['orders']);

    expect(await exit).toEqual([null, 'SIGTERM']);
  });

  it('is not confused with another process that has its pid now', async () => {
    const { child, pid } = await aProcess();
    const children = [{ name: 'orders', pid, startTime: '1' }];
    writeAtomically(file, { run: 'r', runner: await deadRunner(), children });

    expect(await endOrphans(file)).toEqual([]);

    expect(isRunning(child)).toBe(true);
  });

  it('is found by its environment when the runner was killed before it recorded the pid', async () => {
    const { pid } = await aProcess({ [MARK]: 'this-run/orders' });
    await aProcess({ [MARK]: 'another-run/orders' });
    const children: Child[] = [{ name: 'orders' }];

    const orphans = findOrphans({ run: 'this-run', runner: await deadRunner(), children });

    expect(orphans).toEqual([{ name: 'orders', pid }]);
  });

  it('keeps running, and the next run fails, while its runner is alive', async () => {
    const runner = await aProcess();
    const child = await aProcess();
    writeAtomically(file, {
      run: 'r',
      runner: { pid: runner.pid, startTime: runner.startTime },
      children: [{ name: 'orders', pid: child.pid, startTime: child.startTime }],
    });

    await expect(endOrphans(file)).rejects.toThrow(
      `The shop already runs in this folder (process ${runner.pid})`,
    );

    expect(isRunning(child.child)).toBe(true);
  });

  it('does not exist when the folder has no children.json', async () => {
    expect(await endOrphans(join(folder, 'none.json'))).toEqual([]);
  });
});
