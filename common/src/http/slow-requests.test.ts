import { once } from 'node:events';
import http from 'node:http';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import express from 'express';
import { freePort } from '../../../infra/local/src/ports.ts';
import { eventually, silentLog } from '../testing.ts';
import { clientKey, clientNetwork } from './client-address.ts';
import { errorHandler } from './error-handler.ts';
import { jsonBody } from './http.ts';
import { answerWithin, requestGuard } from './request-guard.ts';
import { serve } from './serve.ts';
import type { ConnectionLimits } from './slow-requests.ts';
import { connectionLimits } from './slow-requests.ts';

// The timer that ends a slow shutdown outlives the shutdown, and here the process continues with the next test.
process.exit = (() => undefined) as never;

const timeLimit = answerWithin.ms;
beforeAll(() => {
  answerWithin.ms = 60_000;
});
afterAll(() => {
  answerWithin.ms = timeLimit;
});

const patient: ConnectionLimits = { ...connectionLimits, headersMs: 60_000, bodyMs: 60_000 };
const SLOW_POST =
  'POST /things HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n';

/** More than the buffers of a connection take. */
const large = Buffer.alloc(8 * 1024 * 1024);
const GET_LARGE = 'GET /large HTTP/1.1\r\nHost: a\r\n';

let port: number;
let stopped: Promise<void>;
let sockets: Socket[];
let created: number;
let hanging: http.ServerResponse[];
let closed: number;

async function start(limits: ConnectionLimits) {
  port = await freePort();
  [sockets, created, hanging, closed] = [[], 0, [], 0];
  const app = express();
  app.use(requestGuard({ publicOrigins: [], log: silentLog }), jsonBody);
  app.post('/things', (_req, res) => {
    created += 1;
    res.status(201).json({});
  });
  app.get('/large', (req, res) => {
    req.socket.once('close', () => (closed += 1));
    res.end(large);
  });
  app.get('/hangs', (_req, res) => hanging.push(res));
  app.get('/', (_req, res) => void res.json({ home: true }));
  app.use(errorHandler(silentLog));
  stopped = serve(app, { host: '127.0.0.1', port, log: silentLog, limits, ready: [], close: [] });
  await eventually(() => get('/healthz/live').catch(() => undefined));
}

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  for (const res of hanging) res.end();
  process.emit('SIGTERM');
  await stopped;
  process.emit('SIGINT'); // removes the listener of this `serve`, of which one for each test would be too many
});

async function get(path: string, headers = {}): Promise<number | undefined> {
  const sent = http.get({ host: '127.0.0.1', port, path, headers, agent: false });
  const [res] = (await once(sent, 'response')) as [http.IncomingMessage];
  res.resume();
  return res.statusCode;
}

/** A connection that has sent `bytes`; `text` is what has come back, if the client reads it. */
async function open(bytes: string, isRead = true) {
  const socket = connect(port, '127.0.0.1');
  const connection = { socket, text: '', isClosed: false };
  sockets.push(socket);
  if (isRead) socket.on('data', (chunk: Buffer) => (connection.text += chunk.toString()));
  socket.on('error', () => undefined);
  socket.on('close', () => (connection.isClosed = true));
  await once(socket, 'connect');
  if (bytes) socket.write(bytes);
  return connection;
}

/** Resolves when the server has processed what was sent before on other connections. */
async function processed(count: number) {
  await eventually(async () => {
    const text = await fetch(`http://127.0.0.1:${port}/metrics`).then((response) => response.text());
    return Number(/^nodejs_active_resources\{type="TCPSocketWrap"\} (\d+)/m.exec(text)?.[1] ?? 0) >= count;
  });
}

describe('A server with deadlines', () => {
  it.each([
    ['headers', 'GET / HTTP/1.1\r\nHost: a\r\n'],
    ['body', `${SLOW_POST}\r\n{`],
  ])('returns 408 request_timeout and closes the connection when the %s are late', async (_, bytes) => {
    await start({ ...connectionLimits, headersMs: 200, bodyMs: 400 });

    const connection = await open(bytes);

    await eventually(() => connection.isClosed);
    expect(connection.text).toMatch(/^HTTP\/1.1 408 [^]*"code":"request_timeout"/);
    expect(created).toBe(0);
  });

  it('closes a connection that sends nothing, without a response that the client could mistake', async () => {
    await start({ ...connectionLimits, headersMs: 200, bodyMs: 400 });

    const connection = await open('');

    await eventually(() => connection.isClosed);
    expect(connection.text).toBe('');
  });

  it('closes a connection whose client does not read the response', async () => {
    await start({ ...patient, stalledMs: 300 });

    await open(`${GET_LARGE}\r\n`, false);

    await eventually(() => closed === 1);
  });
});

describe.each([
  ['whose headers are incomplete', 'GET / HTTP/1.1\r\nHost: a\r\n', ''],
  ['whose body is incomplete', SLOW_POST, '\r\n{'],
  ['whose response is not read', GET_LARGE, '\r\n'],
])('A server with 520 connections %s', (_, head, rest) => {
  const isRead = head !== GET_LARGE;

  it.each([
    ['one address', connectionLimits.maxPerAddress],
    ['many addresses', 1_000], // none of them reaches the limit
  ])('from %s serves other visitors, without a 503', async (_addresses, maxPerAddress) => {
    await start({ ...patient, maxPerAddress });
    await Promise.all(Array.from({ length: 520 }, () => open(head + rest, isRead)));
    await processed(Math.min(520, maxPerAddress));

    expect(await Promise.all(Array.from({ length: 20 }, () => get('/')))).toEqual(Array(20).fill(200));
  });

  it.each([
    ['one address', () => '192.0.2.1'],
    ['many addresses', (n: number) => `198.51.100.${n % 250}`],
  ])('behind a proxy, from %s, serves other visitors, without a 503', async (_addresses, addressOf) => {
    await start({ ...patient, trustProxy: 1 });
    const bytesOf = (n: number) => `${head}X-Forwarded-For: ${addressOf(n)}\r\n${rest}`;
    await Promise.all(Array.from({ length: 520 }, (_each, n) => open(bytesOf(n), isRead)));
    await processed(256);

    const visit = () => get('/', { 'x-forwarded-for': '203.0.113.1' });
    expect(await Promise.all(Array.from({ length: 20 }, visit))).toEqual(Array(20).fill(200));
  });
});

describe('A server with requests whose body is incomplete', () => {
  it('returns 503 overloaded to one that becomes complete while 500 others wait, and does not run its route', async () => {
    await start({ ...patient, maxPerAddress: 1_000 });
    const slow = await open(`${SLOW_POST}\r\n{`);
    const waiting = Array.from({ length: 500 }, () => get('/hangs'));
    await eventually(() => hanging.length === 500);

    slow.socket.write('}');

    await eventually(() => slow.text.includes('overloaded'));
    expect([slow.text.slice(0, 12), created]).toEqual(['HTTP/1.1 503', 0]);
    for (const res of hanging.splice(0)) res.end();
    await Promise.all(waiting);
  });
});

describe('A server where one client holds as many slow connections as it may', () => {
  it('closes the oldest for a new one, which is served', async () => {
    await start({ ...patient, maxPerAddress: 3 });
    const first = await open('GET / HTTP/1.1\r\n');
    const second = await open(`${SLOW_POST}\r\n{`);
    const third = await open('');

    expect(await get('/')).toBe(200);

    await eventually(() => first.isClosed);
    expect([second.isClosed, third.isClosed]).toEqual([false, false]);
  });

  it('closes the new connection when all others have complete requests', async () => {
    await start({ ...patient, maxPerAddress: 2 });
    const waiting = [get('/hangs'), get('/hangs')];
    await eventually(() => hanging.length === 2);

    const refused = await open('');

    await eventually(() => refused.isClosed);
    for (const res of hanging.splice(0)) res.end();
    expect(await Promise.all(waiting)).toEqual([200, 200]);
  });

  it('behind a proxy, counts the incomplete requests of the client that the proxy names', async () => {
    await start({ ...patient, maxPerAddress: 2, trustProxy: 1 });
    const slow = (address: string) => open(`${SLOW_POST}X-Forwarded-For: 6.6.6.6, ${address}\r\n\r\n{`);
    const other = await slow('10.0.0.2');
    const first = await slow('10.0.0.1');
    await processed(2);
    const second = await slow('10.0.0.1');
    await processed(3);
    const third = await slow('10.0.0.1');

    await eventually(() => first.isClosed);
    for (const { socket } of [other, second, third]) socket.write('}');
    await eventually(() => created === 3);
  });
});

describe('A server with a connection of many requests without a response', () => {
  const pipelined = (path: string, count: number) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`.repeat(count);

  it('serves 8 in their order', async () => {
    await start(patient);

    const { text } = await open(pipelined('/', 8)).then(async (connection) => {
      await eventually(() => connection.text.match(/"home":true/g)?.length === 8);
      return connection;
    });

    expect(text.match(/HTTP\/1.1 200/g)).toHaveLength(8);
  });

  it('closes it at the ninth, and works on 8 at most', async () => {
    await start(patient);

    const connection = await open(pipelined('/hangs', 200));

    await eventually(() => connection.isClosed);
    expect(hanging).toHaveLength(8);
  });
});

describe('clientKey', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::9', '2001:db8:1:2::/64'],
    ['2001:db8::5:6', '2001:db8:0:0::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:DB8::9', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['unknown', 'unknown'],
  ])('returns for %s: %s', (address, key) => {
    expect(clientKey(address)).toBe(key);
  });
});

describe('clientNetwork', () => {
  it.each([
    ['192.0.2.7', '192.0.2.0/24'],
    ['::ffff:192.0.2.7', '192.0.2.0/24'],
    ['2001:db8:1:2ff:3:4:5:6', '2001:db8:1:200::/56'],
    ['2001:db8:1:300::9', '2001:db8:1:300::/56'],
    ['::1', '0:0:0:0::/56'],
    ['', 'unknown'],
    ['ada@example.com', 'unknown'],
    ['2001:0db8:0001:01ab::9', '2001:db8:1:100::/56'],
    ['2001:db8:1:a::9', '2001:db8:1:0::/56'],
    ['2001:db8::5:6', '2001:db8:0:0::/56'],
    ['unknown', 'unknown'],
  ])('returns for %s: %s', (address, network) => {
    expect(clientNetwork(address)).toBe(network);
  });
});
