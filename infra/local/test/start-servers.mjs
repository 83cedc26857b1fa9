import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../src/test-servers.ts', import.meta.url));

/** The servers belong to a process of their own, which stops them when its input ends: also when Jest is killed. */
export default async function startServers() {
  const args = ['--import', import.meta.resolve('tsx'), '--conditions=source', program];
  const servers = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  globalThis.testServers = servers;
  const first = await Promise.race([
    new Promise((resolve) => createInterface(servers.stdout).once('line', resolve)),
    new Promise((resolve) => servers.once('exit', () => resolve(undefined))),
  ]);
  if (first === undefined) throw new Error('The test servers did not start; the reason is above.');
  Object.assign(process.env, JSON.parse(first));
}
