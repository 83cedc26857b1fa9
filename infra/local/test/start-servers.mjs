import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import createTestKey from './test-key.mjs';

const program = fileURLToPath(new URL('../src/test-servers.ts', import.meta.url));

/**
 * Starts the servers in a process of their own, which stops them when its input ends: also when Jest is killed.
 * While Jest watches, it runs this before each run, and the servers of the first run stay.
 */
export default async function startServers() {
  const running = globalThis.testServers;
  if (running && running.exitCode === null && running.signalCode === null) return;
  const args = ['--import', import.meta.resolve('tsx'), '--conditions=source', program];
  const servers = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  globalThis.testServers = servers;
  const [first] = await Promise.all([
    Promise.race([
      new Promise((resolve) => createInterface(servers.stdout).once('line', resolve)),
      new Promise((resolve) => servers.once('exit', () => resolve(undefined))),
    ]),
    createTestKey(),
  ]);
  if (first === undefined) throw new Error('The test servers did not start; the reason is above.');
  Object.assign(process.env, JSON.parse(first));
}
