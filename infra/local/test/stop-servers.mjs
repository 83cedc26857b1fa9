import { once } from 'node:events';

export default async function stopServers({ watch, watchAll }) {
  // The next run needs them; they end with Jest.
  if (watch || watchAll) return;
  const servers = globalThis.testServers;
  if (!servers || servers.exitCode !== null) return;
  const exit = once(servers, 'exit');
  servers.stdin.end();
  await exit;
}
