import { once } from 'node:events';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { createServer, request } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { connect } from 'node:net';
import type { ConnectionLimits } from '../../../common/src/http/slow-requests.ts';
import { connectionLimits } from '../../../common/src/http/slow-requests.ts';
import { eventually } from '../../../common/src/testing.ts';
import type { Targets } from './forwarder.ts';
import { freePort } from './ports.ts';
import { createRouter } from './router.ts';
import type { Route } from './routes.ts';
import { root } from './system.ts';

const routes: Route[] = [
  { path: '/api/orders', pathType: 'Prefix', service: 'orders-srv' },
  { path: '/', pathType: 'Prefix', service: 'client-srv' },
];
const servers: Server[] = [];

async function listening(server: Server): Promise<string> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const backend = (answer: RequestListener) => listening(createServer(answer));
const router = (targets: Targets, answerWithinMs?: number, limits?: Partial<ConnectionLimits>) =>
  listening(
    createRouter({
      routes,
      targets,
      ...(answerWithinMs && { answerWithinMs }),
      limits: { ...connectionLimits, ...limits },
    }),
  );

/** Sends these bytes, and resolves with all that comes back until the router closes the connection. */
async function sendRaw(url: string, bytes: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(bytes);
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(socket, 'close');
  return text;
}

const patient = { headersMs: 60_000, bodyMs: 60_000 };
const held: Socket[] = [];

/** Sends these bytes on a connection whose client reads nothing. */
async function hold(url: string, bytes: string) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  held.push(socket);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.pause().write(bytes);
}

/** The response to a request on a connection of its own. */
async function visit(url: string) {
  const sent = request(`${url}/api/orders`, { agent: false }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return Buffer.concat(await response.toArray()).toString();
}

const unreachable = async () => `http://127.0.0.1:${await freePort()}`;

afterEach(async () => {
  for (const socket of held.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

describe('The router', () => {
  it('serves /api/docs without scripts where it has the folder of the description', async () => {
    const url = await listening(createRouter({ routes, targets: {}, docsRoot: root }));

    const response = await fetch(`${url}/api/docs`);

    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/html; charset=utf-8',
    ]);
    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-/,
    );
    expect(await response.text()).toContain('POST /api/orders');
  });

  it('returns 404 for /api/docs elsewhere', async () => {
    const response = await fetch(`${await router({})}/api/docs`);

    expect(response.status).toBe(404);
  });

  it('forwards method, path, body and cookies unchanged, with its own X-Forwarded headers', async () => {
    const seen: {
      method: string | undefined;
      url: string | undefined;
      body: string;
      headers: IncomingMessage['headers'];
    }[] = [];
    const orders = await backend((req, res) => {
      let body = '';
      req.on('data', (chunk: Buffer) => (body += chunk.toString()));
      req.on('end', () => {
        seen.push({ method: req.method, url: req.url, body, headers: req.headers });
        res.setHeader('Set-Cookie', ['a=1', 'b=2']).writeHead(201).end('made');
      });
    });
    const url = await router({ 'orders-srv': [orders] });

    const response = await fetch(`${url}/api/orders/1?x=%20y`, {
      method: 'POST',
      body: '{"a":1}',
      headers: { 'x-forwarded-for': '6.6.6.6', 'x-request-id': 'mine-1' },
    });

    expect([response.status, await response.text()]).toEqual([201, 'made']);
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(seen).toEqual([
      {
        method: 'POST',
        url: '/api/orders/1?x=%20y',
        body: '{"a":1}',
        headers: expect.objectContaining({
          host: new URL(url).host,
          'x-forwarded-for': '127.0.0.1',
          'x-forwarded-proto': 'http',
          'x-forwarded-host': new URL(url).host,
          'x-request-id': 'mine-1',
        }),
      },
    ]);
  });

  it.each([
    '/healthz',
    '/healthz/ready',
    '/metrics',
    '//healthz/ready',
    '/%68ealthz/live',
    '/api/../metrics',
    '/METRICS',
  ])('returns 404 for the private path %s', async (path) => {
    const client = await backend((_req, res) => res.end('secret'));
    const url = new URL(await router({ 'client-srv': [client] }));

    // fetch would normalize the path.
    const sent = request({ host: url.hostname, port: url.port, path }).end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const body = JSON.parse(Buffer.concat(await response.toArray()).toString()) as unknown;

    expect(response.statusCode).toBe(404);
    expect(body).toEqual({
      errors: [{ message: 'Page not found', code: 'not_found' }],
      requestId: expect.any(String),
    });
  });

  it('returns 503 with Retry-After, in the format of the API, when a service is unavailable', async () => {
    const url = await router({ 'orders-srv': [await unreachable()] });

    const response = await fetch(`${url}/api/orders`, { method: 'POST', body: '{}' });

    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await response.json()).toEqual({
      errors: [{ message: expect.any(String), code: 'unavailable' }],
      requestId: response.headers.get('x-request-id'),
    });
  });

  it.each([
    ['GET', 'unavailable'],
    ['POST', 'outcome_unknown'],
  ])('gives up on a service that does not answer %s: 503 %s', async (method, code) => {
    const orders = await backend(() => undefined);
    const url = await router({ 'orders-srv': [orders] }, 100);

    const response = await fetch(`${url}/api/orders`, { method });

    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await response.json()).toMatchObject({ errors: [{ code }] });
  });

  it('returns 503 outcome_unknown when the service ends the connection after a changing request', async () => {
    const orders = await backend((req) => req.socket.destroy());
    const url = await router({ 'orders-srv': [orders] });

    const response = await fetch(`${url}/api/orders`, { method: 'POST', body: '{}' });

    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ errors: [{ code: 'outcome_unknown' }] });
  });

  it('lets a response that has started take longer', async () => {
    let finish: () => void = () => undefined;
    const orders = await backend((_req, res) => {
      res.writeHead(200, { 'Content-Type': 'text/event-stream' });
      res.write('data: 1\n\n');
      finish = () => res.end('data: 2\n\n');
    });
    const frozen = await backend(() => undefined);
    const url = await router({ 'orders-srv': [orders], 'client-srv': [frozen] }, 2_000);

    const response = await fetch(`${url}/api/orders/stream`);
    await fetch(`${url}/`); // takes the whole time limit
    finish();

    expect(await response.text()).toBe('data: 1\n\ndata: 2\n\n');
  });

  it.each(['/api', '/api/nowhere', '/api/nowhere/else'])(
    'returns 404 in the format of the API for %s, which no service has',
    async (path) => {
      const client = await backend((_req, res) => res.end('<html>'));
      const url = await router({ 'client-srv': [client] });

      const response = await fetch(url + path);

      expect(response.status).toBe(404);
      expect(await response.json()).toEqual({
        errors: [{ message: 'Page not found', code: 'not_found' }],
        requestId: response.headers.get('x-request-id'),
      });
    },
  );

  it('forwards a request in absolute form to the path and host that it names', async () => {
    const orders = await backend((req, res) => res.end(`${req.headers.host} ${req.url}`));
    const url = await router({ 'orders-srv': [orders] });

    const response = await sendRaw(
      url,
      'GET http://shop.example/api/orders?a=1 HTTP/1.1\r\nHost: other.example\r\nConnection: close\r\n\r\n',
    );

    expect(response).toMatch(/^HTTP\/1.1 200 /);
    expect(response).toContain('shop.example /api/orders?a=1');
  });

  it('returns 404 for a private path in absolute form', async () => {
    const client = await backend((_req, res) => res.end('secret'));
    const url = await router({ 'client-srv': [client] });

    const response = await sendRaw(
      url,
      'GET http://other.example/metrics HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n',
    );

    expect(response).toMatch(/^HTTP\/1.1 404 /);
  });

  it.each([
    ['TRACE', 'TRACE /api/orders HTTP/1.1\r\nHost: a\r\nCookie: session=secret\r\n\r\n', 405],
    ['CONNECT', 'CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n', 405],
    ['Upgrade', 'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n', 501],
    ['large headers', `GET / HTTP/1.1\r\nHost: a\r\nCookie: a=${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ])('refuses %s at once in the format of the API', async (_, bytes, status) => {
    const service = await backend((_req, res) => res.end('secret'));
    const url = await router({ 'orders-srv': [service], 'client-srv': [service] });

    const response = await sendRaw(url, bytes);

    expect(response).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(response).toMatch(/"errors":\[\{"message":"[^"]+","code":"\w+"\}\],"requestId":"[\w-]+"/);
    expect(response).not.toContain('secret');
  });

  it('returns an HTML page with 503 when the client is unavailable', async () => {
    const url = await router({ 'client-srv': [] });

    const response = await fetch(`${url}/tickets`);

    expect(response.status).toBe(503);
    expect(response.headers.get('content-type')).toMatch('text/html');
    expect(await response.text()).toMatch('One moment');
  });

  it('balances between the replicas and skips one that is down', async () => {
    const first = await backend((_req, res) => res.end('first'));
    const second = await backend((_req, res) => res.end('second'));
    const url = await router({ 'orders-srv': [first, await unreachable(), second] });

    const answers: string[] = [];
    for (let turn = 0; turn < 6; turn++) answers.push(await (await fetch(`${url}/api/orders`)).text());

    expect(new Set(answers)).toEqual(new Set(['first', 'second']));
  });

  it('streams events without buffering', async () => {
    const orders = await backend((_req, res) => {
      res.writeHead(200, { 'Content-Type': 'text/event-stream' });
      res.write('data: 1\n\n');
      // The response stays open.
    });
    const url = await router({ 'orders-srv': [orders] });

    const response = await fetch(`${url}/api/orders/stream`);
    const reader = response.body?.getReader();
    const { value } = (await reader?.read()) ?? {};
    await reader?.cancel();

    expect(Buffer.from(value as Uint8Array).toString()).toBe('data: 1\n\n');
  });

  it('closes the connection when a backend dies during a response', async () => {
    const orders = await backend((_req, res) => {
      res.writeHead(200, { 'Content-Length': '100' });
      res.write('half', () => res.destroy());
    });
    const url = await router({ 'orders-srv': [orders] });

    await expect(fetch(`${url}/api/orders`).then((response) => response.text())).rejects.toThrow();
  });
});

describe('The router, for slow clients,', () => {
  const slowPost = 'POST /api/orders HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n';

  it.each([
    ['headers', 'GET / HTTP/1.1\r\nHost: a\r\n'],
    ['body', `${slowPost}\r\n{`],
  ])('returns 408 and closes the connection when the %s are late', async (_, bytes) => {
    const orders = await backend(() => undefined);
    const url = await router({ 'orders-srv': [orders] }, undefined, { headersMs: 200, bodyMs: 400 });

    expect(await sendRaw(url, bytes)).toMatch(/^HTTP\/1.1 408 [^]*"code":"request_timeout"/);
  });

  it('starts to wait for the service when the body has arrived', async () => {
    const orders = await backend((req, res) => req.resume().once('end', () => res.end('made')));
    const url = await router({ 'orders-srv': [orders] }, 2_000, { headersMs: 60_000, bodyMs: 60_000 });
    const sent = request(`${url}/api/orders`, { method: 'POST', headers: { 'content-length': 2 } });
    const response = once(sent, 'response') as Promise<[IncomingMessage]>;
    sent.write('{');
    const hanging = await router({ 'orders-srv': [await backend(() => undefined)] }, 2_100);
    expect((await fetch(`${hanging}/api/orders`)).status).toBe(503); // after the same time limit

    sent.end('}');

    const [res] = await response;
    expect([res.statusCode, await res.setEncoding('utf8').toArray()]).toEqual([200, ['made']]);
  });

  it('closes the oldest incomplete request of a client that has too many, and serves its next one', async () => {
    const orders = await backend((_req, res) => res.end('made'));
    const url = await router({ 'orders-srv': [orders] }, undefined, { maxPerAddress: 2 });
    const oldest = sendRaw(url, 'GET / HTTP/1.1\r\n');
    const newer = connect(Number(new URL(url).port), '127.0.0.1');
    await once(newer, 'connect');

    expect(await (await fetch(`${url}/api/orders`)).text()).toBe('made');

    expect(await oldest).toBe('');
    newer.destroy();
  });
});

describe.each([
  ['headers are', 'GET / HTTP/1.1\r\nHost: a\r\n'],
  ['body is', 'POST /api/orders HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{'],
])('The router with 520 requests whose %s incomplete', (_, bytes) => {
  it.each([
    ['one address', connectionLimits.maxPerAddress],
    ['many addresses', 1_000], // none of them reaches the limit
  ])('from %s serves other visitors', async (_addresses, maxPerAddress) => {
    const orders = await backend((req, res) => req.resume().once('end', () => res.end('made')));
    const url = await router({ 'orders-srv': [orders] }, 60_000, { ...patient, maxPerAddress });
    await Promise.all(Array.from({ length: 520 }, () => hold(url, bytes)));

    expect(await Promise.all(Array.from({ length: 20 }, () => visit(url)))).toEqual(Array(20).fill('made'));
  });
});

describe('The router, while clients do not read its responses,', () => {
  const large = Buffer.alloc(64 * 1024 * 1024); // more than the buffers of both connections take
  const GET_LARGE = 'GET /api/orders/large HTTP/1.1\r\nHost: a\r\n\r\n';

  const start = async (limits: Partial<ConnectionLimits>) => {
    const service = { started: 0, closed: 0 };
    const orders = await backend((req, res) => {
      if (!req.url?.endsWith('large')) return void res.end('made');
      service.started += 1;
      req.socket.once('close', () => (service.closed += 1));
      res.end(large);
    });
    const url = await router({ 'orders-srv': [orders] }, 60_000, { ...patient, ...limits });
    return { url, service };
  };

  it('serves others from the same address, and closes the connections to the service as well', async () => {
    const { url, service } = await start({ maxPerAddress: 4 });
    for (let n = 0; n < 4; n++) await hold(url, GET_LARGE);
    await eventually(() => service.started === 4);

    await eventually(() => visit(url).catch(() => undefined)); // when the router has passed on what the buffers take

    await eventually(() => service.closed > 0);
  });

  it('closes a connection of more than 8 requests, and forwards 8 at most', async () => {
    const { url, service } = await start({});
    const { port } = new URL(url);
    const socket = connect(Number(port), '127.0.0.1');
    held.push(socket);

    socket.write(GET_LARGE.repeat(200));

    await once(socket.resume(), 'close');
    await visit(url);
    expect(service.started).toBeLessThanOrEqual(8);
  });

  it('closes a connection on which nothing moves any more', async () => {
    const { url, service } = await start({ stalledMs: 300 });
    await hold(url, GET_LARGE);

    await eventually(() => service.closed === 1);
  });
});
