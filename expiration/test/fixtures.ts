import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import type { EventData } from '@ticketing/common';
import { newId } from '@ticketing/common';
import { silentLog } from '@ticketing/common/testing';
import { freePort } from '../../infra/local/src/ports.ts';
import type { Certificate } from '../../infra/local/test/certificates.ts';
import type { RedisServer } from '../src/redis.ts';
import { logOutages, redisForCommands } from '../src/redis.ts';
import type { Timer } from '../src/timer.ts';
import { createTimer } from '../src/timer.ts';

type OrderData = EventData<'order:created'>;

/** Event data of an order. */
export function anOrder(overrides: Partial<OrderData> = {}): OrderData {
  return {
    id: newId(),
    version: 0,
    status: 'created',
    reason: null,
    userId: newId(),
    reservationSeq: 1,
    expiresAt: inMs(60_000).toISOString(),
    ticketConfirmed: false,
    paymentAuthorized: false,
    ticket: {
      id: newId(),
      version: 0,
      title: 'Così fan tutte, stalls',
      amount: 4500,
      currency: 'usd',
      sellerId: newId(),
    },
    payment: null,
    createdAt: new Date().toISOString(),
    ...overrides,
  };
}

export function inMs(ms: number): Date {
  return new Date(Date.now() + ms);
}

export function testRedisUrl(): string {
  const url = process.env['TEST_REDIS_URL'];
  if (!url)
    throw new Error('TEST_REDIS_URL is not set: run the tests with jest, its global set-up starts Redis');
  return url;
}

const opened: (() => Promise<void>)[] = [];

/** Closes everything that a test has opened. */
export async function closeAll(): Promise<void> {
  for (const close of opened.splice(0).reverse()) await close();
}

export function connect(server: RedisServer = { redisUrl: testRedisUrl() }): Redis {
  const redis = redisForCommands(server);
  logOutages(redis, silentLog);
  opened.push(() => Promise.resolve(redis.disconnect()));
  return redis;
}

type Fire = (orderId: string, expiresAt: Date) => Promise<void>;

/** Timers under a name of their own, and what they have fired, in order. */
export function timers({
  server = { redisUrl: testRedisUrl() },
  name = `test-${newId()}`,
  fire,
}: { server?: RedisServer; name?: string; fire?: Fire } = {}) {
  const fired: { orderId: string; expiresAt: Date; at: number }[] = [];
  const redis = connect(server);
  const timer: Timer = createTimer({
    redis,
    server,
    name,
    log: silentLog,
    fire: async (orderId, expiresAt) => {
      await fire?.(orderId, expiresAt);
      fired.push({ orderId, expiresAt, at: Date.now() });
    },
  });
  opened.push(async () => {
    await timer.pause();
    await timer.close();
  });
  return { timer, fired, redis, name };
}

/** A redis-server of one test, which can be killed. With `tls`, it requires TLS. */
export async function ownRedis({ tls }: { tls?: Certificate } = {}) {
  const program = process.env['TEST_REDIS_SERVER_PATH'];
  if (!program) throw new Error('TEST_REDIS_SERVER_PATH is not set: run the tests with jest');
  const dir = await mkdtemp(join(tmpdir(), 'expiration-redis-'));
  const port = await freePort();
  let child: ChildProcess | undefined;

  async function start() {
    const files = tls && ['--tls-cert-file', tls.certFile, '--tls-key-file', tls.keyFile];
    const listen = files
      ? ['--port', '0', '--tls-port', String(port), ...files, '--tls-auth-clients', 'no']
      : ['--port', String(port)];
    const args = [...listen, '--bind', '127.0.0.1', '--dir', dir, '--appendonly', 'yes'];
    child = spawn(program as string, [...args, '--appendfsync', 'everysec', '--save', ''], {
      stdio: 'ignore',
    });
    await once(child, 'spawn');
  }
  async function kill() {
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }
  opened.push(async () => {
    await kill();
    await rm(dir, { recursive: true, force: true });
  });
  return { port, redisUrl: `redis://127.0.0.1:${port}`, start, kill };
}
