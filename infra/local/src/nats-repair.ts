import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

const RECOVERY_MS = 60_000;
/** Each file starts with the version of its format. */
const VERSION_BYTES = 4;
const STARTING = 'Starting nats-streaming-server';

type Server = { command: string; args: string[]; env: Record<string, string> };

type Damage = 'incomplete file' | 'corrupted record';

/**
 * A crash can leave a half-written record at the end of a file, or a full disk an empty file or a half-written record in
 * the middle of a file, and then the server does not start. The repair copies the data first. It removes files without a
 * record, and runs the server once with the flag that truncates a file. The next start is without the flag, because the
 * server rejects it twice in a row. For a record in the middle the server has no repair, so its next start is on an empty
 * volume. A lost record was not acknowledged, or a resync restores it.
 *
 * @returns what it did in a sentence, or nothing when the last start in the log did not fail because of a damaged file
 */
export async function repairDamagedFiles(server: Server, log: string): Promise<string | undefined> {
  const damage = damageIn(log);
  if (!damage) return undefined;
  const data = server.args[server.args.indexOf('-dir') + 1] ?? '';
  const copy = `${data}-damaged-${new Date().toISOString().replaceAll(':', '-')}`;
  cpSync(data, copy, { recursive: true });
  if (damage === 'corrupted record') {
    for (const name of readdirSync(data)) rmSync(join(data, name), { recursive: true });
    return `a record is corrupted; starting with empty files, the services publish their states again (copy: ${copy})`;
  }
  removeEmptyFiles(data);
  await startOnceTruncating(server);
  return `a file is incomplete; removed what was half-written (copy: ${copy})`;
}

/** What is damaged when the last start in the log failed because of that; an index that it rebuilt is not. */
export function damageIn(log: string): Damage | undefined {
  const failure = /Failed to start: .*/.exec(log.slice(Math.max(0, log.lastIndexOf(STARTING))))?.[0] ?? '';
  if (/unexpected EOF|unable to verify file version: EOF/i.test(failure)) return 'incomplete file';
  return failure.includes('corrupted data') ? 'corrupted record' : undefined;
}

async function startOnceTruncating({ command, args, env }: Server): Promise<void> {
  const server = spawn(command, [...args, '--file_truncate_bad_eof'], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
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
