import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync } from 'node:fs';

const RECOVERY_MS = 60_000;

type Server = { command: string; args: string[]; env: Record<string, string> };

/**
 * A crash can leave the last record of a file half written, and the server then refuses to start. So: keep a copy of
 * the data, start once with the flag that cuts the torn record off, and leave the next start to be without it, since
 * the server refuses the flag twice in a row. What was cut off was not acknowledged, or comes back by a resync.
 */
export async function repairAfterTornTail({ command, args, env }: Server, log: string): Promise<void> {
  if (!isTornTail(log)) return;
  const data = args[args.indexOf('-dir') + 1] ?? '';
  cpSync(data, `${data}-torn-${new Date().toISOString().replaceAll(':', '-')}`, { recursive: true });
  const repairing = [...args, '--file_truncate_bad_eof'];
  const server = spawn(command, repairing, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(server, 'close');
  const timer = setTimeout(() => server.kill('SIGKILL'), RECOVERY_MS);
  // Its ports are open before the files are read: only this line says that they are, and whole again.
  let said = '';
  server.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    if (said.includes('Streaming Server is ready')) server.kill('SIGTERM');
  });
  await ended;
  clearTimeout(timer);
}

/** Whether the last start in the log failed for this reason. */
export function isTornTail(log: string): boolean {
  const lastStart = log.slice(Math.max(0, log.lastIndexOf('Starting nats-streaming-server')));
  return /unexpected EOF/i.test(lastStart);
}
