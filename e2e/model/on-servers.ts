import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const START_MS = 120_000;

/** Real servers for one test file: there before what `use` sets up, and there until it is shut again. */
export function onServers<T>(use: () => T): T {
  let servers: ChildProcess;
  beforeAll(async () => {
    const program = join(__dirname, '../../infra/local/src/test-servers.ts');
    servers = spawn(process.execPath, ['--import', 'tsx', '--conditions=source', program], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    if (!servers.stdout) throw new Error('unreachable: its output is a pipe');
    const [told] = (await once(createInterface(servers.stdout), 'line')) as [string];
    Object.assign(process.env, JSON.parse(told));
  }, START_MS);
  const used = use();
  afterAll(async () => {
    servers.stdin?.end();
    await once(servers, 'exit');
  });
  return used;
}
