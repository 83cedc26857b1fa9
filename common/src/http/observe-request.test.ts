import { once } from 'node:events';
import { createServer, request as open } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import express from 'express';
import request from 'supertest';
import { serviceApp } from '../service.ts';
import { aUser, eventually, recordingLog } from '../testing.ts';
import { prepareJson, withFastPath } from './fast-path.ts';
import { observeRequest } from './observe-request.ts';

const ID = '0123456789abcdef01234567';
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const user = aUser();

function aService() {
  const recording = recordingLog();
  const app = serviceApp(
    {
      config: { trustProxy: 1, publicOrigins: [] },
      readSession: (req) => (req.headers.cookie ? { user, issuedAt: 0, expiresAt: 1 } : undefined),
      log: recording.log,
    },
    (app) => {
      app.get('/api/orders/:id', (_req, res) => void res.json({}));
      app.get('/api/payments', (_req, res) => void res.json({}));
      app.post('/api/orders', (_req, res) => void res.status(409).json({}));
      app.get('/api/tickets/:id', (req, res) => {
        recording.log.warn('looked at');
        res.json({ path: req.path });
      });
      app.get('/api/slow', () => undefined);
    },
  );
  return { app, ...recording };
}

describe('the access log', () => {
  it('has one line a request: its id, user, trace, route, status, duration and the order', async () => {
    const { app, lines } = aService();

    const response = await request(app).get(`/api/orders/${ID}`).set('Cookie', 'x').expect(200);

    await eventually(() => lines.length > 0);
    expect(lines).toStrictEqual([
      {
        level: 30,
        time: expect.any(String),
        name: 'test',
        pid: process.pid,
        hostname: hostname(),
        requestId: response.headers['x-request-id'],
        userId: user.id,
        traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
        method: 'GET',
        route: '/api/orders/:id',
        status: 200,
        ms: expect.any(Number),
        orderId: ID,
        msg: 'request',
      },
    ]);
  });

  it.each([
    ['the ticket in the body', 'POST', '/api/orders', { ticketId: ID }, { ticketId: ID, status: 409 }],
    ['the order in the body', 'POST', '/api/orders', { orderId: ID }, { orderId: ID }],
    ['the order in the query', 'GET', `/api/payments?orderId=${ID}`, undefined, { orderId: ID }],
    ['the ticket in the path', 'GET', `/api/tickets/${ID}`, undefined, { ticketId: ID }],
  ] as const)('has %s', async (_, method, path, body, expected) => {
    const { app, lines } = aService();

    await (method === 'GET' ? request(app).get(path) : request(app).post(path).send(body));

    await eventually(() => lines.some(({ msg }) => msg === 'request'));
    expect(lines.at(-1)).toMatchObject(expected);
  });

  it('has nothing else that a client chose: no path, query, body, header or address', async () => {
    const { app, lines } = aService();
    const inject = 'v3ry-s3cret';

    await request(app)
      .post(`/api/${inject}?q=${inject}`)
      .set('User-Agent', inject)
      .set('X-Forwarded-For', '203.0.113.9')
      .set('X-Request-Id', `not well-formed ${inject}`)
      .set('traceparent', `00-${inject}`)
      .send({ ticketId: inject, orderId: { inject } })
      .expect(404);

    await eventually(() => lines.length > 0);
    expect(lines).toMatchObject([{ route: 'other', status: 404 }]);
    expect(JSON.stringify(lines)).not.toMatch(new RegExp(`${inject}|203\\.0\\.113`));
  });

  it('continues the trace of a traceparent, also in the other lines of the request', async () => {
    const { app, lines } = aService();

    await request(app).get(`/api/tickets/${ID}`).set('traceparent', `00-${TRACE}-00f067aa0ba902b7-01`);

    await eventually(() => lines.length > 1);
    expect(lines).toMatchObject([
      { msg: 'looked at', traceId: TRACE },
      { msg: 'request', traceId: TRACE },
    ]);
    expect(lines[0]?.['requestId']).toBe(lines[1]?.['requestId']);
  });

  it('says that the client left before the response', async () => {
    const { app, lines } = aService();
    const server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const leaving = open({ port, path: '/api/slow' }).on('error', () => undefined);
    server.once('request', () => leaving.destroy());
    leaving.end();

    await eventually(() => lines.length > 0);
    expect(lines).toMatchObject([{ route: '/api/slow', status: 'aborted' }]);
    server.close();
  });

  it('counts the requests of a flood in one line for each route and status', async () => {
    const { log, lines, flush } = recordingLog();
    const app = express();
    app.use(observeRequest(log, 2));
    app.get('/things', (_req, res) => void res.json({}));

    for (let i = 0; i < 5; i += 1) await request(app).get('/things').expect(200);
    await request(app).get('/nothing').expect(404);
    await eventually(() => {
      flush();
      return lines.length >= 4;
    });

    expect(lines.filter(({ msg }) => msg === 'request')).toHaveLength(2);
    const counted = lines.filter(({ msg }) => msg === 'requests, not logged one by one');
    expect(counted.reduce((sum, { count }) => sum + Number(count), 0)).toBe(4);
    expect(new Set(counted.map(({ route, status }) => `${String(route)} ${String(status)}`))).toEqual(
      new Set(['/things 200', 'other 404']),
    );
  });

  it.each([429, 503])('leaves out responses with %s, which the error handler counts', async (status) => {
    const { log, lines } = recordingLog();
    const app = express();
    app.use(observeRequest(log));
    app.get('/refused', (_req, res) => void res.sendStatus(status));
    app.get('/answered', (_req, res) => void res.sendStatus(200));

    await request(app).get('/refused').expect(status);
    await request(app).get('/answered').expect(200);

    await eventually(() => lines.length > 0);
    expect(lines).toMatchObject([{ route: '/answered' }]);
  });

  it('leaves out what the fast path answers', async () => {
    const { app, lines } = aService();
    const fast = createServer(
      withFastPath(app, ({ url }) => (url === '/fast' ? prepareJson('/fast', '{}') : undefined)),
    );

    await request(fast).get('/fast').expect(200);
    await request(fast).get(`/api/tickets/${ID}`).expect(200);

    await eventually(() => lines.some(({ msg }) => msg === 'request'));
    expect(lines.filter(({ msg }) => msg === 'request')).toMatchObject([{ route: '/api/tickets/:id' }]);
  });
});
