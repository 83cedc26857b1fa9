import { fileURLToPath } from 'node:url';
import { isRunning, startInputBound } from './input-bound.mjs';
import createTestKey from './test-key.mjs';

const program = fileURLToPath(new URL('../src/test-servers.ts', import.meta.url));

/** While Jest watches, it runs this before each run, and the servers of the first run stay. */
export default async function startServers() {
  if (isRunning(globalThis.testServers)) return;
  const [{ child, line }] = await Promise.all([startInputBound(program), createTestKey()]);
  globalThis.testServers = child;
  if (line === undefined) throw new Error('The test servers did not start; the reason is above.');
  Object.assign(process.env, JSON.parse(line));
}
