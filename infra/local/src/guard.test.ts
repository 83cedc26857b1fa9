import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeAtomically } from './children.ts';
import { startGuard } from './guard.ts';
import { startTime } from './process-identity.ts';

const folder = mkdtempSync(join(tmpdir(), 'ticketing-guard-'));
const started: ChildProcess[] = [];

async function aProcess() {
  const child = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1000)'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  started.push(child);
  await once(child.stdout, 'data');
  const pid = child.pid ?? 0;
  return { child, identity: { pid, startTime: startTime(pid) ?? '' } };
}

afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

it.each([
  ['its runner', 'runner' as const],
  ['the process that forked its runner', 'parent' as const],
])('a guarded system ends when %s is killed', async (_, killed) => {
  const [runner, parent, orders] = [await aProcess(), await aProcess(), await aProcess()];
  const children = [{ name: 'orders', ...orders.identity }];
  writeAtomically(join(folder, 'children.json'), { run: 'r', runner: runner.identity, children });
  const exits = [runner, orders].map(({ child }) => once(child, 'exit'));
  await startGuard(folder, [runner.identity, parent.identity]);

  (killed === 'runner' ? runner : parent).child.kill('SIGKILL');

  expect(await Promise.all(exits)).toEqual([
    [null, 'SIGKILL'],
    [null, 'SIGTERM'],
  ]);
});
