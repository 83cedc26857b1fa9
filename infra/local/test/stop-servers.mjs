import { once } from 'node:events';

export default async function stopServers() {
  const servers = globalThis.testServers;
  if (!servers || servers.exitCode !== null) return;
  const exit = once(servers, 'exit');
  servers.stdin.end();
  await exit;
}
