import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './free-port.ts';

export const clusterId = 'ticketing';

/** Resolves when the condition holds; fails naming it when that takes too long. */
export async function until(what: string, holds: () => boolean, withinMs = 15_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`);
    await delay(10);
  }
}

/** A NATS Streaming server of its own, which a test may kill, freeze and start again. */
export type Broker = {
  readonly port: number;
  readonly url: string;
  start(): Promise<void>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  freeze(): void;
  thaw(): void;
  /** Removes everything it stored; call while it does not run. */
  wipe(): Promise<void>;
  stop(): Promise<void>;
};

export async function startBroker(): Promise<Broker> {
  const program = process.env.TEST_NATS_STREAMING_PATH;
  if (!program) throw new Error('TEST_NATS_STREAMING_PATH is not set');
  const folder = await mkdtemp(join(tmpdir(), 'ticketing-broker-'));
  const port = await freePort();
  const args = ['-cid', clusterId, '-a', '127.0.0.1', '-p', String(port), '-store', 'file', '-dir', folder];
  const flags = ['--file_auto_sync', '1s', '--max_channels', '0', '-hbi', '5s', '-hbt', '2s', '-hbf', '2'];
  let child: ChildProcess;
  const broker: Broker = {
    port,
    url: `nats://127.0.0.1:${port}`,
    async start() {
      child = spawn(program, [...args, ...flags], { stdio: ['ignore', 'ignore', 'pipe'] });
      let said = '';
      child.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4_000)));
      await until(`the broker is ready\n${said}`, () => said.includes('Streaming Server is ready'));
    },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    wipe: () => rm(folder, { recursive: true, force: true }),
    async stop() {
      await broker.kill();
      await broker.wipe();
    },
  };
  await broker.start();
  return broker;
}

/** A wire between a client and the broker that can be cut, or hold back what goes either way. */
export type Wire = {
  readonly url: string;
  /** Connections that stand now. */
  readonly connections: number;
  /** Connections ever accepted. */
  readonly accepted: number;
  hold(direction: 'to broker' | 'to client', held: boolean): void;
  cut(): void;
  stop(): Promise<void>;
};

export async function startWire(broker: Broker): Promise<Wire> {
  const held = { 'to broker': false, 'to client': false };
  const pairs = new Set<{ client: Socket; server: Socket }>();
  const pass = (from: Socket, to: Socket, direction: keyof typeof held) => {
    if (held[direction]) from.pause();
    from.on('data', (chunk) => to.write(chunk));
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
  };
  let accepted = 0;
  const listener = createServer((client) => {
    accepted += 1;
    const server = connect(broker.port, '127.0.0.1');
    const pair = { client, server };
    pairs.add(pair);
    client.on('close', () => pairs.delete(pair));
    pass(client, server, 'to broker');
    pass(server, client, 'to client');
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const cut = () => {
    for (const { client, server } of pairs) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
  };
  return {
    url: `nats://127.0.0.1:${port}`,
    get connections() {
      return pairs.size;
    },
    get accepted() {
      return accepted;
    },
    hold(direction, isHeld) {
      held[direction] = isHeld;
      for (const { client, server } of pairs) {
        const from = direction === 'to broker' ? client : server;
        if (isHeld) from.pause();
        else from.resume();
      }
    },
    cut,
    async stop() {
      cut();
      listener.close();
      await once(listener, 'close');
    },
  };
}
