import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './free-port.ts';

export const clusterId = 'ticketing';

/** Resolves when the condition holds; fails naming it when that takes too long. */
export async function until(what: string, holds: () => boolean, withinMs = 60_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`);
    await delay(1); // a bus may be down for a few milliseconds only
  }
}

export type BrokerKind = 'nats-streaming' | 'jetstream';

/** A broker of its own, which a test may kill, freeze and start again. */
export type Broker = {
  readonly kind: BrokerKind;
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

type Place = { folder: string; port: number };

const programs = {
  'nats-streaming': {
    variable: 'TEST_NATS_STREAMING_PATH',
    ready: 'Streaming Server is ready',
    async args({ folder, port }: Place) {
      const local = [
        '-cid',
        clusterId,
        '-a',
        '127.0.0.1',
        '-p',
        String(port),
        '-store',
        'file',
        '-dir',
        folder,
      ];
      return [
        ...local,
        '--file_auto_sync',
        '1s',
        '--max_channels',
        '0',
        '-hbi',
        '5s',
        '-hbt',
        '2s',
        '-hbf',
        '2',
      ];
    },
  },
  jetstream: {
    variable: 'TEST_NATS_SERVER_PATH',
    ready: 'Server is ready',
    async args({ folder, port }: Place) {
      const config = join(folder, 'nats.conf');
      await mkdir(folder, { recursive: true });
      await writeFile(config, `jetstream { store_dir: ${JSON.stringify(folder)}, sync_interval: always }`);
      return ['-c', config, '-a', '127.0.0.1', '-p', String(port)];
    },
  },
};

export async function startBroker(kind: BrokerKind = 'nats-streaming'): Promise<Broker> {
  const { variable, ready } = programs[kind];
  const program = process.env[variable];
  if (!program) throw new Error(`${variable} is not set`);
  const folder = await mkdtemp(join(tmpdir(), 'ticketing-broker-'));
  const port = await freePort();
  let child: ChildProcess;
  const broker: Broker = {
    kind,
    port,
    url: `nats://127.0.0.1:${port}`,
    async start() {
      child = spawn(program, await programs[kind].args({ folder, port }), {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let said = '';
      child.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4_000)));
      await until(`the broker is ready\n${said}`, () => said.includes(ready));
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

/** A wire between clients and the broker that can be cut, or hold back what goes either way. */
export type Wire = {
  readonly url: string;
  /** Connections that stand now. */
  readonly connections: number;
  /** Connections ever accepted. */
  readonly accepted: number;
  hold(direction: Direction, held: boolean): void;
  /** Holds what the present connections send to the broker, not what later ones do; the result lets it go. */
  strand(): () => void;
  cut(): void;
  stop(): Promise<void>;
};

type Direction = 'to broker' | 'to client';

/** One way of a connection. What is held still arrives after its sender has closed, but not after a reset. */
class Lane {
  readonly from: Socket;
  private readonly to: Socket;
  private held: boolean;
  private ended = false;
  private queue: Buffer[] = [];

  constructor(from: Socket, to: Socket, held: boolean) {
    this.from = from;
    this.to = to;
    this.held = held;
    from.on('data', (chunk: Buffer) => (this.held ? this.queue.push(chunk) : to.write(chunk)));
    from.on('error', () => undefined);
    from.on('close', (wasReset) => {
      this.ended = true;
      if (wasReset) to.destroy();
      else this.hold(this.held);
    });
  }

  hold(held: boolean): void {
    this.held = held;
    if (held) return;
    for (const chunk of this.queue.splice(0)) this.to.write(chunk);
    if (this.ended) this.to.end();
  }
}

export async function startWire(broker: Broker): Promise<Wire> {
  const held = { 'to broker': false, 'to client': false };
  const connections = new Set<Record<Direction, Lane>>();
  let accepted = 0;
  const listener = createServer((client) => {
    accepted += 1;
    const server = connect(broker.port, '127.0.0.1');
    const lanes = {
      'to broker': new Lane(client, server, held['to broker']),
      'to client': new Lane(server, client, held['to client']),
    };
    connections.add(lanes);
    client.on('close', () => connections.delete(lanes));
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  const cut = () => {
    for (const lanes of connections) for (const { from } of Object.values(lanes)) from.resetAndDestroy();
  };
  return {
    url: `nats://127.0.0.1:${port}`,
    get connections() {
      return connections.size;
    },
    get accepted() {
      return accepted;
    },
    hold(direction, isHeld) {
      held[direction] = isHeld;
      for (const lanes of connections) lanes[direction].hold(isHeld);
    },
    strand() {
      const stranded = [...connections].map((lanes) => lanes['to broker']);
      for (const lane of stranded) lane.hold(true);
      return () => {
        for (const lane of stranded) lane.hold(false);
      };
    },
    cut,
    async stop() {
      cut();
      listener.close();
      await once(listener, 'close');
    },
  };
}
