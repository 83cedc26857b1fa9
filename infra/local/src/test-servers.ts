// The servers that Jest's workers share. They end, and their data goes, when the input of this process ends.
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, portOpen } from './ports.ts';
import { getServers } from './servers/get-servers.ts';
import type { StoreOptions } from './stores.ts';
import { mongodArgs, natsStreamingArgs, redisArgs } from './stores.ts';

const clusterId = 'ticketing-test';
const children: ChildProcess[] = [];

async function start(
  command: string,
  name: string,
  args: (options: StoreOptions) => string[],
): Promise<number> {
  const store = join(folder, name);
  await mkdir(store);
  const port = await freePort();
  const child = spawn(command, args({ data: store, port }), { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let said = '';
  const listen = (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000));
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  await portOpen(port, () => child.exitCode === null).catch(() => {
    throw new Error(`${name} ended with ${child.exitCode ?? child.signalCode ?? ''}:\n${said}`);
  });
  return port;
}

async function stop(code: number): Promise<never> {
  const running = children.filter((child) => child.exitCode === null && child.signalCode === null);
  const exits = running.map((child) => once(child, 'exit'));
  for (const child of running) child.kill('SIGKILL');
  await Promise.all(exits);
  await rm(folder, { recursive: true, force: true });
  process.exit(code);
}

const folder = await mkdtemp(join(tmpdir(), 'ticketing-test-'));
process.stdin.on('end', () => void stop(0)).resume();
// Ctrl-C reaches the whole terminal: Jest goes first and with it this input.
process.on('SIGINT', () => undefined).on('SIGTERM', () => void stop(0));

try {
  const report = (line: string) => process.stderr.write(`${line}\n`);
  const names = ['mongod', 'redis-server', 'nats-streaming-server', 'nats-server'] as const;
  const paths = await getServers(report, names);
  const [mongo, redis, nats] = await Promise.all([
    start(paths.mongod, 'mongod', mongodArgs),
    start(paths['redis-server'], 'redis', redisArgs),
    start(paths['nats-streaming-server'], 'nats-streaming', (store) =>
      natsStreamingArgs({ ...store, clusterId }),
    ),
  ]);
  const addresses = {
    TEST_MONGO_URI: `mongodb://127.0.0.1:${mongo}`,
    TEST_REDIS_URL: `redis://127.0.0.1:${redis}`,
    TEST_NATS_URL: `nats://127.0.0.1:${nats}`,
    TEST_NATS_CLUSTER_ID: clusterId,
    TEST_MONGOD_PATH: paths.mongod,
    TEST_REDIS_SERVER_PATH: paths['redis-server'],
    TEST_NATS_STREAMING_PATH: paths['nats-streaming-server'],
    TEST_NATS_SERVER_PATH: paths['nats-server'],
  };
  process.stdout.write(`${JSON.stringify(addresses)}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  await stop(1);
}
