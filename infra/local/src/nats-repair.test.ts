import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { damageIn, repairDamagedFiles } from './nats-repair.ts';
import { freePort, portOpen } from './ports.ts';
import { getServers } from './servers/get-servers.ts';
import { natsStreamingArgs } from './stores.ts';

const start =
  '[4711] 2026/11/24 23:00:00.000000 [INF] STREAM: Starting nats-streaming-server[ticketing] version 0.25.6\n';
const failed = (reason: string) =>
  `[4711] 2026/11/24 23:00:00.000100 [FTL] STREAM: Failed to start: unable to recover: ${reason}\n`;

describe('damageIn', () => {
  it.each([
    ['an incomplete file', 'unexpected EOF', 'incomplete file'],
    ['an incomplete file', 'unable to verify file version: EOF', 'incomplete file'],
    ['a corrupted record', 'corrupted data, expected crc to be 0x1, got 0x2', 'corrupted record'],
  ])('is %s when the last start failed with "%s"', (_, reason, damage) => {
    expect(damageIn(start + failed(reason))).toBe(damage);
  });

  it.each([
    ['only an earlier start failed', start + failed('unexpected EOF') + start],
    ['the start failed for another reason', start + failed('no space left on device')],
    ['the server rebuilt a corrupted index', `${start}[ERR] index file: corrupted data, expected crc\n`],
  ])('is nothing when %s', (_, log) => {
    expect(damageIn(log)).toBeUndefined();
  });
});

describe('NATS Streaming that does not start', () => {
  let folder: string;
  let data: string;
  let server: ChildProcess;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ticketing nats '));
    data = join(folder, 'data');
  });
  afterEach(async () => {
    await kill();
    rmSync(folder, { recursive: true });
  });

  async function kill(): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const killed = once(server, 'close');
    server.kill('SIGKILL');
    await killed;
  }

  async function run(command: string, args: string[], port: number): Promise<{ isUp: boolean; log: string }> {
    const child = spawn(command, args);
    server = child;
    let log = '';
    child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
    const closed = once(child, 'close').then(() => false);
    const isReady = portOpen(port, () => child.exitCode === null).then(async () => {
      // The port opens before the files are read.
      while (child.exitCode === null && !log.includes('Streaming Server is ready'))
        await new Promise(setImmediate);
      return child.exitCode === null;
    });
    return { isUp: await Promise.race([isReady.catch(() => closed), closed]), log };
  }

  /** Writes over bytes in the middle of a file, as the rest of a record of which a full disk took only the beginning. */
  function overwrite(file: string): void {
    const bytes = readFileSync(file);
    bytes.write('zzzz', bytes.length / 2);
    writeFileSync(file, bytes);
  }

  /** What a crash or a full disk leaves, of a server that has run once. */
  it.each<[what: string, damage: () => void, report: RegExp]>([
    [
      'a half-written record at the end of a file',
      () => appendFileSync(join(data, 'clients.dat'), 'abc'),
      /^a file is incomplete/,
    ],
    [
      'empty files of a channel',
      () => {
        mkdirSync(join(data, 'order:created'));
        for (const file of ['msgs.1.dat', 'msgs.1.idx', 'subs.dat'])
          writeFileSync(join(data, 'order:created', file), '');
      },
      /^a file is incomplete/,
    ],
    [
      'a corrupted record in the middle of a file',
      () => overwrite(join(data, 'server.dat')),
      /^a record is corrupted/,
    ],
  ])('starts after the repair of %s, which keeps a copy of the data', async (_, damage, report) => {
    const command = (await getServers())['nats-streaming-server'];
    const port = await freePort();
    const args = natsStreamingArgs({ data, port, clusterId: 'damaged' });
    expect(await run(command, args, port)).toMatchObject({ isUp: true });
    await kill();
    damage();
    const damaged = readFiles(data);
    const start = await run(command, args, port);
    expect(start.isUp).toBe(false);

    expect(await repairDamagedFiles({ command, args, env: {} }, start.log)).toMatch(report);

    expect(await run(command, args, port)).toMatchObject({ isUp: true });
    const [original, copy = '', ...others] = readdirSync(folder).sort();
    expect([original, copy, others]).toEqual(['data', expect.stringMatching(/^data-damaged-/), []]);
    expect(readFiles(join(folder, copy))).toEqual(damaged);
  });
});

function readFiles(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    files.map(({ parentPath, name }) => [
      relative(folder, join(parentPath, name)),
      readFileSync(join(parentPath, name), 'base64'),
    ]),
  );
}
