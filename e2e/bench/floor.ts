import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../../infra/local/src/ports.ts';
import type { System } from '../../infra/local/src/system.ts';

/** The running floor program, with the fields of a process in `system.processes()`. */
export type Floor = { name: 'floor'; pid: number; url: string; stop: () => Promise<void> };

export async function startFloor(system: System): Promise<Floor> {
  const port = await freePort();
  const mongo = system.urlOf('mongod-tickets').replace(/\/tickets$/, '/floor');
  const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'floor-program.ts')], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PORT: String(port), MONGO_URI: mongo },
  });
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + 30_000;
  while (!(await isReady(`${url}/constant`))) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error('The floor program did not start');
    await wait(50);
  }
  return {
    name: 'floor',
    pid: child.pid ?? 0,
    url,
    async stop() {
      child.kill();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

/** Whether a GET of this address is answered with a status of 2xx. */
export function isReady(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}
