import http from 'node:http';
import express from 'express';
import { eventStreams } from './event-stream.ts';
import type { EventStreams } from './event-stream.ts';
import { errorHandler } from './error-handler.ts';
import { requestGuard } from './request-guard.ts';
import { serve } from './serve.ts';
import { session, sessionReader } from '../session.ts';
import type { User } from '../session.ts';
import { aUser, eventually, noRevocations, sessionCookie, silentLog, testPublicKeys } from '../testing.ts';
import { freePort } from '../../test/free-port.ts';

type Item = { id: string; owner: string };
let port: number;
let stopped: Promise<void>;
let becomeReady: () => void;
let finishSlow: (() => void) | undefined;
const hanging: http.ServerResponse[] = [];
let streams: EventStreams<Item>;
let endSessions: (isRevoked: (user: User) => boolean) => void;
const closed: string[] = [];

// The watchdog of a stop that takes too long outlives the stop; here the process goes on with the next test.
process.exit = (() => undefined) as never;

beforeEach(async () => {
  port = await freePort();
  closed.length = 0;
  finishSlow = undefined;
  streams = eventStreams<Item>({
    event: 'item',
    max: 3,
    maxPerUser: 2,
    revocations: { onEnded: (listener) => (endSessions = listener) },
  });
  const app = express();
  app.use(
    requestGuard({ publicOrigins: [], log: silentLog }),
    session(sessionReader(testPublicKeys, noRevocations)),
  );
  app.get('/slow', (_req, res) => {
    finishSlow = () => res.json({ slow: true });
  });
  app.get('/hangs', (_req, res) => {
    hanging.push(res);
  });
  app.get('/begun', (_req, res) => {
    res.write('so far');
    finishSlow = () => res.end();
  });
  app.get('/stream', (req, res) => {
    streams.open(req, res, (item) => item.owner !== 'nobody');
  });
  app.use(errorHandler(silentLog));
  stopped = serve(app, {
    host: '127.0.0.1',
    port,
    log: silentLog,
    ready: [new Promise<void>((resolve) => (becomeReady = resolve))],
    details: () => ({ events: 'down' }),
    streams: [streams],
    close: [
      () => Promise.resolve(closed.push('first')),
      () => Promise.reject(new Error('cannot close')),
      () => Promise.resolve(closed.push('last')),
    ],
  });
  await eventually(() => get('/healthz/live').catch(() => undefined));
});

afterEach(async () => {
  process.emit('SIGTERM');
  await stopped;
});

function get(path: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    http
      .get({ host: '127.0.0.1', port, path, headers, agent: false }, (res) => {
        let body = '';
        res.on('data', (chunk: Buffer) => (body += chunk.toString()));
        res.on('end', () => {
          resolve({ status: res.statusCode ?? 0, body });
        });
      })
      .on('error', reject);
  });
}

/** An open stream: what it has received so far. */
async function listen(user?: User) {
  const stream = { text: '', ended: false };
  const headers = user ? { cookie: sessionCookie(user) } : {};
  http.get({ host: '127.0.0.1', port, path: '/stream', headers, agent: false }, (res) => {
    res.on('data', (chunk: Buffer) => (stream.text += chunk.toString()));
    res.on('end', () => (stream.ended = true));
  });
  await eventually(() => stream.text.includes('event: refetch'));
  return stream;
}

describe('a service', () => {
  it('is ready once everything it needs has been up', async () => {
    expect(await get('/healthz/ready')).toEqual({
      status: 503,
      body: '{"status":"starting","events":"down"}',
    });

    becomeReady();

    await eventually(async () => (await get('/healthz/ready')).status === 200);
    expect((await get('/metrics')).body).toContain('process_cpu_seconds_total');
  });

  it('refuses the 501st that waits for an answer at once, but none because of open streams', async () => {
    for (let n = 0; n < 3; n++) await listen();
    const waiting = Array.from({ length: 500 }, () => get('/hangs'));
    await eventually(() => hanging.length === 500);

    const refused = await get('/nowhere');

    expect([refused.status, refused.body]).toEqual([503, expect.stringContaining('overloaded')]);
    expect((await get('/healthz/live')).status).toBe(200);
    for (const res of hanging.splice(0)) res.end();
    expect(new Set((await Promise.all(waiting)).map(({ status }) => status))).toEqual(new Set([200]));
    expect((await get('/nowhere')).status).toBe(404);
  });

  it('finishes the request in hand, then closes everything in order, also past one that fails', async () => {
    const slow = get('/slow');
    await eventually(() => finishSlow);

    process.emit('SIGTERM');
    await expect(eventually(() => get('/healthz/live').then(() => false), 500)).rejects.toThrow();
    expect(closed).toEqual([]);
    finishSlow?.();

    expect(await slow).toEqual({ status: 200, body: '{"slow":true}' });
    await stopped;
    expect(closed).toEqual(['first', 'last']);
  });

  it.each([
    ['/slow', 'close'],
    ['/begun', 'keep-alive'],
  ])('ends a connection that its proxy keeps with the answer in hand: %s', async (path, said) => {
    const agent = new http.Agent({ keepAlive: true });
    const connection = new Promise((resolve) => {
      http.get({ host: '127.0.0.1', port, path, agent }, (res) => {
        res.resume().once('end', () => resolve(res.headers.connection));
      });
    });
    await eventually(() => finishSlow);

    process.emit('SIGTERM');
    await eventually(() =>
      get('/healthz/live').then(
        () => false,
        () => true,
      ),
    );
    finishSlow?.();

    expect(await connection).toBe(said);
    await stopped;
    expect(closed).toEqual(['first', 'last']);
  });

  it('lets an open stream not keep it from stopping', async () => {
    const stream = await listen();

    process.emit('SIGTERM');
    await stopped;

    await eventually(() => stream.ended);
  });
});

describe('an event stream', () => {
  it('first says to read again, then sends what is wanted, as each reader may see it', async () => {
    const user = aUser();
    const stream = await listen(user);

    streams.send({ id: '1', owner: 'nobody' }, '1:0', () => ({ no: true }));
    streams.send({ id: '2', owner: 'me' }, '2:4', (reader) => ({ for: reader?.id }));
    await eventually(() => stream.text.includes('2:4'));

    expect(stream.text).toBe(
      `retry: 2000\nevent: refetch\ndata: {}\n\nid: 2:4\nevent: item\ndata: {"for":"${user.id}"}\n\n`,
    );
  });

  it('says 503 to the one too many, of one user and of all', async () => {
    const user = aUser();
    await listen(user);
    await listen(user);
    expect((await get('/stream', { cookie: sessionCookie(user) })).status).toBe(503);

    await listen();

    expect(JSON.parse((await get('/stream')).body).errors[0].code).toBe('too_many_streams');
    expect(streams.size).toBe(3);
  });

  it('ends with the session of its reader', async () => {
    const user = aUser();
    const mine = await listen(user);
    const other = await listen();

    endSessions(({ id }) => id === user.id);

    await eventually(() => mine.ended);
    expect(other.ended).toBe(false);
  });
});
