import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const START_MS = 120_000;

/** Real servers for one test file, running before the set-up and until after the tear-down that `use` registers. */
export function onServers<T>(use: () => T): T {
  let servers: ChildProcess;
  beforeAll(async () => {
    const program = join(__dirname, '../../infra/local/src/test-servers.ts');
    servers = spawn(process.execPath, ['--import', 'tsx', '--conditions=source', program], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    if (!servers.stdout) throw new Error('unreachable: its output is a pipe');
    const [environment] = (await once(createInterface(servers.stdout), 'line')) as [string];
    Object.assign(process.env, JSON.parse(environment));
  }, START_MS);
  const used = use();
  afterAll(async () => {
    servers.stdin?.end();
    await once(servers, 'exit');
  });
  return used;
}
