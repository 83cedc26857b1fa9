import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

const RECOVERY_MS = 60_000;
/** Each file starts with the version of its format. */
const VERSION_BYTES = 4;

type Server = { command: string; args: string[]; env: Record<string, string> };

/**
 * A crash can leave a half-written record at the end of a file, or a full disk an empty file, and then the server does not
 * start. The repair copies the data, removes files without a record, and runs the server once with the flag that truncates
 * a file. The next start is without the flag, because the server rejects it twice in a row. The lost record was not
 * acknowledged, or a resync restores it.
 */
export async function repairAfterTornTail({ command, args, env }: Server, log: string): Promise<void> {
  if (!isTornTail(log)) return;
  const data = args[args.indexOf('-dir') + 1] ?? '';
  cpSync(data, `${data}-torn-${new Date().toISOString().replaceAll(':', '-')}`, { recursive: true });
  removeEmptyFiles(data);
  const repairArgs = [...args, '--file_truncate_bad_eof'];
  const server = spawn(command, repairArgs, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(server, 'close');
  const timer = setTimeout(() => server.kill('SIGKILL'), RECOVERY_MS);
  // The ports open before the files are read, so only this log line shows that the repair is complete.
  let output = '';
  server.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (output.includes('Streaming Server is ready')) server.kill('SIGTERM');
  });
  await exited;
  clearTimeout(timer);
}

/** Whether the last start in the log failed because of a half-written record or an empty file. */
export function isTornTail(log: string): boolean {
  const lastStart = log.slice(Math.max(0, log.lastIndexOf('Starting nats-streaming-server')));
  return /unexpected EOF|unable to verify file version: EOF/i.test(lastStart);
}

/** The server writes the version of a file when it creates it, and does not start with a file that lacks it. */
function removeEmptyFiles(data: string): void {
  const files = readdirSync(data, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  for (const file of files.filter((one) => statSync(one).size < VERSION_BYTES)) {
    rmSync(file, { force: true });
    // The index of a file of messages describes only that file.
    if (file.endsWith('.dat')) rmSync(file.replace(/\.dat$/, '.idx'), { force: true });
  }
}
