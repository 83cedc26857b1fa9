import { once } from 'node:events';
import http from 'node:http';
import { connect } from 'node:net';
import express from 'express';
import { register } from 'prom-client';
import { freePort } from '../../../infra/local/src/ports.ts';
import type { User } from '../session.ts';
import { session, sessionReader } from '../session.ts';
import {
  aUser,
  eventually,
  metricValue,
  noRevocations,
  sessionCookie,
  silentLog,
  testPublicKeys,
} from '../testing.ts';
import { errorHandler } from './error-handler.ts';
import type { EventStreams } from './event-stream.ts';
import { eventStreams } from './event-stream.ts';
import { prepareJson, withFastPath } from './fast-path.ts';
import { requestGuard } from './request-guard.ts';
import { serve } from './serve.ts';
import { connectionLimits } from './slow-requests.ts';

type Item = { id: string; owner: string };
let port: number;
let stopped: Promise<void>;
let becomeReady: () => void;
let finishSlow: (() => void) | undefined;
const hanging: http.ServerResponse[] = [];
let streams: EventStreams<Item>;
let endSessions: (isRevoked: (user: User) => boolean) => void;
const closed: string[] = [];

// The timer that ends a slow shutdown outlives the shutdown, and here the process continues with the next test.
process.exit = (() => undefined) as never;

beforeEach(async () => {
  register.resetMetrics();
  port = await freePort();
  closed.length = 0;
  finishSlow = undefined;
  streams = eventStreams<Item>({
    event: 'item',
    max: 3,
    maxPerUser: 2,
    maxPerClient: 3,
    revocations: { onEnded: (listener) => (endSessions = listener) },
  });
  const app = express().set('trust proxy', 1);
  app.use(
    requestGuard({ publicOrigins: [], log: silentLog }),
    session(sessionReader(testPublicKeys, noRevocations, false)),
  );
  app.get('/slow', (_req, res) => {
    finishSlow = () => res.json({ slow: true });
  });
  app.get('/items/:id', (req, res) => {
    res.json({ id: req.params.id });
  });
  app.get('/hangs', (_req, res) => {
    hanging.push(res);
  });
  app.get('/partial', (_req, res) => {
    res.write('first part');
    finishSlow = () => res.end();
  });
  app.get('/stream', (req, res) => {
    streams.open(req, res, (item) => item.owner !== 'no-one');
  });
  app.use(errorHandler(silentLog));
  const prepared = prepareJson('/fast/:id', '{}');
  const listener = withFastPath(app, ({ url }) => (url?.startsWith('/fast/') ? prepared : undefined));
  stopped = serve(listener, {
    host: '127.0.0.1',
    port,
    log: silentLog,
    limits: { ...connectionLimits, maxPerAddress: 1_000 },
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
  process.emit('SIGINT'); // removes the listener of this `serve`, of which one for each test would be too many
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

/** Opens a stream; `text` is what it has received so far. */
async function listen(user?: User, address = '192.0.2.1') {
  const stream = { text: '', ended: false };
  const headers = { 'x-forwarded-for': address, ...(user && { cookie: sessionCookie(user) }) };
  http.get({ host: '127.0.0.1', port, path: '/stream', headers, agent: false }, (res) => {
    res.on('data', (chunk: Buffer) => (stream.text += chunk.toString()));
    res.on('end', () => (stream.ended = true));
  });
  await eventually(() => stream.text.includes('event: refetch'));
  return stream;
}

describe('serve', () => {
  it('is ready once every promise of `ready` has resolved', async () => {
    expect(await get('/healthz/ready')).toEqual({
      status: 503,
      body: '{"status":"starting","events":"down"}',
    });

    becomeReady();

    await eventually(async () => (await get('/healthz/ready')).status === 200);
    expect((await get('/metrics')).body).toContain('process_cpu_seconds_total');
  });

  it('records requests by route template, method and status, with few values whatever clients send', async () => {
    await get('/items/1');
    await get('/items/2?page=3');
    await get('/nowhere/1');
    await get('/nowhere/2');
    await get('/fast/7');
    const stream = await listen();
    await streams.close();
    await eventually(() => stream.ended);
    const left = http
      .get({ host: '127.0.0.1', port, path: '/hangs', agent: false })
      .on('error', () => undefined);
    await eventually(() => hanging.length === 1);
    left.destroy();
    hanging.pop();

    const counted = async (labels: string) =>
      new RegExp(`^ticketing_http_request_seconds_count{${labels}} (\\d+)$`, 'm').exec(
        (await get('/metrics')).body,
      )?.[1];
    await eventually(() => counted('route="/hangs",method="GET",status="aborted"'));
    expect(await counted('route="/items/:id",method="GET",status="200"')).toBe('2');
    expect(await counted('route="other",method="GET",status="404"')).toBe('2');
    expect(await counted('route="/fast/:id",method="GET",status="200"')).toBe('1');
    expect((await get('/metrics')).body).not.toMatch(/request_seconds_count.*(nowhere|stream)/);
  });

  it('returns 503 overloaded at once to the 501st pending request, not counting open streams', async () => {
    for (let n = 0; n < 3; n++) await listen();
    const waiting = Array.from({ length: 500 }, () => get('/hangs'));
    await eventually(() => hanging.length === 500);

    const refused = await get('/nowhere');

    expect([refused.status, refused.body]).toEqual([503, expect.stringContaining('overloaded')]);
    expect(await metricValue('ticketing_limit_hits_total', { limit: 'requests_waiting' })).toBe(1);
    expect((await get('/healthz/live')).status).toBe(200);
    for (const res of hanging.splice(0)) res.end();
    expect(new Set((await Promise.all(waiting)).map(({ status }) => status))).toEqual(new Set([200]));
    expect((await get('/nowhere')).status).toBe(404);
  });

  it('finishes the request in flight on SIGTERM, then closes in order, also when one close fails', async () => {
    const slow = get('/slow');
    await eventually(() => finishSlow);

    process.emit('SIGTERM');
    await expect(eventually(() => get('/healthz/live').then(() => false))).rejects.toThrow('ECONNREFUSED');
    expect(closed).toEqual([]);
    finishSlow?.();

    expect(await slow).toEqual({ status: 200, body: '{"slow":true}' });
    await stopped;
    expect(closed).toEqual(['first', 'last']);
  });

  it.each([
    ['/slow', 'close'],
    ['/partial', 'keep-alive'],
  ])('ends a kept-alive connection with the response in flight: %s', async (path, header) => {
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

    expect(await connection).toBe(header);
    await stopped;
    expect(closed).toEqual(['first', 'last']);
  });

  it('stops although a stream is open', async () => {
    const stream = await listen();

    process.emit('SIGTERM');
    await stopped;

    await eventually(() => stream.ended);
  });
});

/**
 * Sends these bytes, and others when the first data come back; resolves with all that comes back until the server closes
 * the connection.
 */
async function sendRaw(bytes: string, afterFirstData?: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  let text = '';
  if (afterFirstData) socket.once('data', () => socket.write(afterFirstData));
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(socket, 'close');
  return text;
}

describe('serve refuses', () => {
  const host = 'Host: shop.example\r\n';
  it.each([
    ['TRACE', `TRACE /slow HTTP/1.1\r\n${host}\r\n`, 405, 'method_not_allowed'],
    ['CONNECT', `CONNECT shop.example:443 HTTP/1.1\r\n${host}\r\n`, 405, 'method_not_allowed'],
    [
      'an upgrade to WebSockets',
      `GET /slow HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
      501,
      'upgrade_not_supported',
    ],
    ['a request without Host', 'GET /slow HTTP/1.1\r\n\r\n', 400, 'malformed_request'],
    ['a malformed request line', 'nonsense\r\n\r\n', 400, 'malformed_request'],
    ['a request line of HTTP/0.9', 'GET /slow\r\n\r\n', 400, 'malformed_request'],
    ['a malformed header', `GET /slow HTTP/1.1\r\n${host}a b: c\r\n\r\n`, 400, 'malformed_request'],
    [
      'headers of more than 16 kB',
      `GET /slow HTTP/1.1\r\n${host}Cookie: a=${'x'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers_too_large',
    ],
    [
      'an unknown expectation',
      `GET /slow HTTP/1.1\r\n${host}Expect: tea\r\nConnection: close\r\n\r\n`,
      417,
      'expectation_failed',
    ],
  ])('%s at once with the documented body', async (_, bytes, status, code) => {
    const response = await sendRaw(bytes);

    const [head = '', body = ''] = response.split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    const { errors, requestId } = JSON.parse(body.replace(/^[0-9a-f]+\r\n|\r\n.*$/gs, '')) as {
      errors: unknown;
      requestId: string;
    };
    expect(errors).toEqual([{ message: expect.any(String), code }]);
    expect(head.toLowerCase()).toContain(`x-request-id: ${requestId}`);
  });

  it('no request that offers h2c, which is answered over HTTP/1.1', async () => {
    const response = await sendRaw(
      `GET /nowhere HTTP/1.1\r\n${host}Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\n\r\n`,
    );

    expect(response).toMatch(/^HTTP\/1.1 404 /);
  });

  it('a malformed request without corrupting the response that is being sent', async () => {
    const response = await sendRaw(`GET /partial HTTP/1.1\r\n${host}\r\n`, 'nonsense\r\n\r\n');

    expect(response.match(/HTTP\/1.1/g)).toHaveLength(1);
  });
});

describe('eventStreams', () => {
  it('sends refetch first, then the wanted items with the data for the user of the stream', async () => {
    const user = aUser();
    const stream = await listen(user);

    streams.send({ id: '1', owner: 'no-one' }, '1:0', () => ({ no: true }));
    streams.send({ id: '2', owner: 'me' }, '2:4', (reader) => ({ for: reader?.id }));
    await eventually(() => stream.text.includes('2:4'));

    expect(stream.text).toBe(
      `retry: 2000\nevent: refetch\ndata: {}\n\nid: 2:4\nevent: item\ndata: {"for":"${user.id}"}\n\n`,
    );
  });

  it('answers HEAD with the headers only, at once, without taking a place', async () => {
    const user = aUser();
    const headers = { cookie: sessionCookie(user) };
    for (let n = 0; n < 5; n++) {
      const sent = http.request({ host: '127.0.0.1', port, path: '/stream', method: 'HEAD', headers }).end();
      const [res] = (await once(sent, 'response')) as [http.IncomingMessage];
      expect([res.statusCode, res.headers['content-type']]).toEqual([200, 'text/event-stream']);
      await once(res.resume(), 'end');
    }

    expect(streams.size).toBe(0);
    await listen(user);
  });

  it('returns 503 too_many_streams above the limit per user and above the limit of the process', async () => {
    const user = aUser();
    await listen(user);
    await listen(user);
    expect((await get('/stream', { cookie: sessionCookie(user) })).status).toBe(503);

    await listen();

    expect(JSON.parse((await get('/stream')).body).errors[0].code).toBe('too_many_streams');
    expect(await metricValue('ticketing_limit_hits_total', { limit: 'event_streams' })).toBe(2);
    expect(streams.size).toBe(3);
  });

  it('ends the oldest stream of a client that has too many, which reconnects later, and opens the new one', async () => {
    const address = '2001:db8:1:2::1';
    const oldest = await listen(undefined, address);
    const older = await listen(undefined, '2001:db8:1:2:3::1'); // the same network
    await listen(undefined, address);

    const newest = await listen(undefined, address);

    await eventually(() => oldest.ended);
    expect(oldest.text).toMatch(/\nretry: 30000\n\n$/);
    expect([older.ended, newest.ended, streams.size]).toEqual([false, false, 3]);
  });

  it('returns 503 to another client while a client has all places, without ending a stream', async () => {
    const taken = [await listen(), await listen(), await listen()];

    expect((await get('/stream', { 'x-forwarded-for': '192.0.2.2' })).status).toBe(503);
    expect(taken.map(({ ended }) => ended)).toEqual([false, false, false]);
  });

  it('closes the stream of a user whose session ended', async () => {
    const user = aUser();
    const mine = await listen(user);
    const other = await listen();

    endSessions(({ id }) => id === user.id);

    await eventually(() => mine.ended);
    expect(other.ended).toBe(false);
  });
});
