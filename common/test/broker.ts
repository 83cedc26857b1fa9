import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../infra/local/src/ports.ts';
import type { Certificate } from '../../infra/local/test/certificates.ts';

export const clusterId = 'ticketing';

/** Resolves when `isMet` returns true. Throws an error that names the condition after `withinMs`. */
export async function until(
  condition: string,
  isMet: () => boolean,
  withinMs = 60_000,
  pollMs = 1, // a bus may be down for a few milliseconds only
): Promise<void> {
  const end = Date.now() + withinMs;
  while (!isMet()) {
    if (Date.now() > end) throw new Error(`condition not met within ${withinMs} ms: ${condition}`);
    await delay(pollMs);
  }
}

export type BrokerKind = 'nats-streaming' | 'jetstream';

/** A broker process that a test can kill, freeze and restart. */
export type Broker = {
  readonly kind: BrokerKind;
  readonly port: number;
  readonly url: string;
  /** The HTTP monitor of NATS Streaming. */
  readonly monitorUrl?: string;
  start(): Promise<void>;
  /** Sends SIGKILL, which has the effect of a power cut. */
  kill(): Promise<void>;
  freeze(): void;
  thaw(): void;
  /** Deletes everything it stored. Call it only while the broker does not run. */
  wipe(): Promise<void>;
  stop(): Promise<void>;
};

type Place = {
  folder: string;
  port: number;
  monitorPort: number;
  users: string;
  maxStore: number | undefined;
  tls: Certificate | undefined;
};

/** Both servers take the same arguments; NATS Streaming also connects to itself, and checks the certificate. */
function tlsArgs(tls: Certificate | undefined, streaming = false): string[] {
  if (!tls) return [];
  const own = streaming ? ['-tls_client_cacert', tls.caFile] : [];
  return ['--tls', '--tlscert', tls.certFile, '--tlskey', tls.keyFile, ...own];
}

const programs = {
  'nats-streaming': {
    variable: 'TEST_NATS_STREAMING_PATH',
    ready: 'Streaming Server is ready',
    async args({ folder, port, monitorPort, users, tls }: Place) {
      const config = `${folder}.conf`;
      await writeFile(config, users);
      const local = [
        '-c',
        config,
        '-cid',
        clusterId,
        '-a',
        '127.0.0.1',
        '-p',
        String(port),
        '-m',
        String(monitorPort),
        '-store',
        'file',
        '-dir',
        folder,
      ];
      return [
        ...local,
        ...tlsArgs(tls, true),
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
    async args({ folder, port, users, maxStore, tls }: Place) {
      const config = join(folder, 'nats.conf');
      await mkdir(folder, { recursive: true });
      const limit = maxStore === undefined ? '' : `, max_file_store: ${maxStore}`;
      await writeFile(
        config,
        `jetstream { store_dir: ${JSON.stringify(folder)}, sync_interval: always${limit} }\n${users}`,
      );
      return ['-c', config, '-a', '127.0.0.1', '-p', String(port), ...tlsArgs(tls)];
    },
  },
};

/**
 * `users` is a configuration of users, which may use the variables `env`; without it, everyone may connect. With `tls`, the
 * broker requires TLS. `maxStore` is how many bytes the streams of a JetStream may reserve.
 */
export async function startBroker(
  kind: BrokerKind = 'nats-streaming',
  {
    users = '',
    env = {},
    maxStore,
    tls,
  }: { users?: string; env?: Record<string, string>; maxStore?: number; tls?: Certificate } = {},
): Promise<Broker> {
  const { variable, ready } = programs[kind];
  const program = process.env[variable];
  if (!program) throw new Error(`${variable} is not set`);
  const folder = await mkdtemp(join(tmpdir(), 'ticketing-broker-'));
  const [port, monitorPort] = [await freePort(), await freePort()];
  let child: ChildProcess;
  const broker: Broker = {
    kind,
    port,
    url: `nats://127.0.0.1:${port}`,
    ...(kind === 'nats-streaming' && { monitorUrl: `http://127.0.0.1:${monitorPort}` }),
    async start() {
      child = spawn(program, await programs[kind].args({ folder, port, monitorPort, users, maxStore, tls }), {
        env: { ...process.env, ...env },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let output = '';
      child.stderr?.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-4_000)));
      await until(`the broker is ready\n${output}`, () => output.includes(ready));
    },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    async wipe() {
      await rm(folder, { recursive: true, force: true });
      await rm(`${folder}.conf`, { force: true });
    },
    async stop() {
      await broker.kill();
      await broker.wipe();
    },
  };
  await broker.start();
  return broker;
}

/** A proxy between clients and the broker that can cut connections, or pause the data in either direction. */
export type Wire = {
  readonly url: string;
  /** The number of open connections. */
  readonly connections: number;
  /** The number of connections accepted so far. */
  readonly accepted: number;
  pause(direction: Direction, isPaused: boolean): void;
  /** Pauses the data that the open connections send to the broker, not that of later ones; the result resumes it. */
  pauseOpenConnections(): () => void;
  cut(): void;
  stop(): Promise<void>;
};

type Direction = 'to broker' | 'to client';

/** One direction of a connection. Paused data still arrives after its sender has closed, but not after a reset. */
class Lane {
  readonly from: Socket;
  private readonly to: Socket;
  private paused: boolean;
  private ended = false;
  private queue: Buffer[] = [];

  constructor(from: Socket, to: Socket, paused: boolean) {
    this.from = from;
    this.to = to;
    this.paused = paused;
    from.on('data', (chunk: Buffer) => (this.paused ? this.queue.push(chunk) : to.write(chunk)));
    from.on('error', () => undefined);
    from.on('close', (wasReset) => {
      this.ended = true;
      if (wasReset) to.destroy();
      else this.pause(this.paused);
    });
  }

  pause(isPaused: boolean): void {
    this.paused = isPaused;
    if (isPaused) return;
    for (const chunk of this.queue.splice(0)) this.to.write(chunk);
    if (this.ended) this.to.end();
  }
}

export async function startWire(broker: Broker): Promise<Wire> {
  const paused = { 'to broker': false, 'to client': false };
  const connections = new Set<Record<Direction, Lane>>();
  let accepted = 0;
  const listener = createServer((client) => {
    accepted += 1;
    const server = connect(broker.port, '127.0.0.1');
    const lanes = {
      'to broker': new Lane(client, server, paused['to broker']),
      'to client': new Lane(server, client, paused['to client']),
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
    pause(direction, isPaused) {
      paused[direction] = isPaused;
      for (const lanes of connections) lanes[direction].pause(isPaused);
    },
    pauseOpenConnections() {
      const lanes = [...connections].map(({ 'to broker': lane }) => lane);
      for (const lane of lanes) lane.pause(true);
      return () => {
        for (const lane of lanes) lane.pause(false);
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
