import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isTornTail, repairAfterTornTail } from './nats-repair.ts';
import { freePort, portOpen } from './ports.ts';
import { getServers } from './servers/get-servers.ts';
import { natsStreamingArgs } from './stores.ts';

const start =
  '[4711] 2026/11/24 23:00:00.000000 [INF] STREAM: Starting nats-streaming-server[ticketing] version 0.25.6\n';
const torn =
  '[4711] 2026/11/24 23:00:00.000100 [FTL] STREAM: Failed to start: unable to recover: unexpected EOF\n';

describe('isTornTail', () => {
  it('is true when the last start failed with an unexpected EOF', () => {
    expect(isTornTail(start + torn)).toBe(true);
  });

  it('is true when the last start failed with a file that has no version', () => {
    const empty = torn.replace('unexpected EOF', 'unable to verify file version: EOF');
    expect(isTornTail(start + empty)).toBe(true);
  });

  it('is false when only an earlier start failed with an unexpected EOF', () => {
    expect(isTornTail(start + torn + start)).toBe(false);
  });

  it('is false when the start failed for another reason', () => {
    expect(isTornTail(`${start}listen tcp 127.0.0.1:4222: bind: address already in use\n`)).toBe(false);
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

  /** What a crash or a full disk leaves, of a server that has run once. */
  it.each<[what: string, damage: () => void]>([
    ['a half-written record at the end of a file', () => appendFileSync(join(data, 'clients.dat'), 'abc')],
    [
      'empty files of a channel',
      () => {
        mkdirSync(join(data, 'order:created'));
        for (const file of ['msgs.1.dat', 'msgs.1.idx', 'subs.dat'])
          writeFileSync(join(data, 'order:created', file), '');
      },
    ],
  ])('starts after the repair of %s, which keeps a copy of the data', async (_, damage) => {
    const command = (await getServers())['nats-streaming-server'];
    const port = await freePort();
    const args = natsStreamingArgs({ data, port, clusterId: 'torn' });
    expect(await run(command, args, port)).toMatchObject({ isUp: true });
    await kill();
    damage();
    const failed = await run(command, args, port);
    expect([failed.isUp, isTornTail(failed.log)]).toEqual([false, true]);

    await repairAfterTornTail({ command, args, env: {} }, failed.log);

    expect(await run(command, args, port)).toMatchObject({ isUp: true });
    expect(readdirSync(folder).sort()).toEqual(['data', expect.stringMatching(/^data-torn-/)]);
  });
});
