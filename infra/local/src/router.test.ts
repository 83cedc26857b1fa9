import { once } from 'node:events';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { freePort } from './ports.ts';
import type { Targets } from './router.ts';
import { createRouter } from './router.ts';
import type { Route } from './routes.ts';

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
const router = (targets: Targets) => listening(createRouter({ routes, targets }));
const unreachable = async () => `http://127.0.0.1:${await freePort()}`;

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

describe('The router', () => {
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
