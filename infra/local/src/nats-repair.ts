import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

const RECOVERY_MS = 60_000;

type Server = {
  command: string;
  args: string[];
  env: Record<string, string>;
  isReady: () => Promise<boolean>;
};

/**
 * A crash can leave the last record of a file half written, and the server then refuses to start. So: keep a copy of
 * the data, start once with the flag that cuts the torn record off, and leave the next start to be without it, since
 * the server refuses the flag twice in a row. What was cut off was not acknowledged, or comes back by a resync.
 */
export async function repairAfterTornTail(
  { command, args, env, isReady }: Server,
  log: string,
): Promise<void> {
  if (!isTornTail(log)) return;
  const data = args[args.indexOf('-dir') + 1] ?? '';
  cpSync(data, `${data}-torn-${new Date().toISOString().replaceAll(':', '-')}`, { recursive: true });
  const server = spawn(command, [...args, '--file_truncate_bad_eof'], { env, stdio: 'ignore' });
  const ended = once(server, 'exit');
  const deadline = Date.now() + RECOVERY_MS;
  while (!(await isReady()) && server.exitCode === null && Date.now() < deadline) await wait(50);
  server.kill('SIGTERM');
  await ended;
}

/** Whether the last start in the log failed for this reason. */
export function isTornTail(log: string): boolean {
  const lastStart = log.slice(Math.max(0, log.lastIndexOf('Starting nats-streaming-server')));
  return /unexpected EOF/i.test(lastStart);
}
