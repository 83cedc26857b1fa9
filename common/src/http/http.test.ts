import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import express from 'express';
import { mongo } from 'mongoose';
import request from 'supertest';
import { PaymentRequiredError, TooManyRequestsError } from '../errors.ts';
import { requireUser, session, sessionReader } from '../session.ts';
import { markUnconfirmed } from '../store/unconfirmed-write.ts';
import { aUser, noRevocations, sessionCookie, silentLog, testPublicKeys } from '../testing.ts';
import { errorHandler, notFound } from './error-handler.ts';
import { jsonBody, pathId } from './http.ts';
import { findPage, readPage, setPaginationHeaders } from './paging.ts';
import { requestGuard } from './request-guard.ts';
import type { Fields } from './validate.ts';
import { custom, email, id, noFields, nullable, oneOf, optional, text, validate } from './validate.ts';

type Thing = {
  title: string;
  owner?: string;
  seat?: string | null;
  kind?: string;
  count?: number;
  mail?: string;
};
const thing: Fields<Thing> = {
  title: text({ max: 5, name: 'Title' }),
  owner: optional(id('Owner must be an id')),
  seat: nullable(text({ max: 3, name: 'Seat' })),
  kind: optional(oneOf(['a', 'b'], 'Kind must be a or b')),
  count: optional(custom(Number.isInteger, 'Count must be a whole number')),
  mail: optional(email('E-mail must be an address')),
};

const app = express();
app.disable('x-powered-by');
app.use(
  requestGuard({ publicOrigins: ['https://shop.example'], log: silentLog }),
  jsonBody,
  session(sessionReader(testPublicKeys, noRevocations, false)),
);
app.post('/things', async (req, res) => {
  res.status(201).json(await validate(thing, req));
});
app.get('/me', (req, res) => {
  res.json(requireUser(req));
});
app.get('/things/:id', (req, res) => {
  res.json({ id: pathId(req) ?? null });
});
app.get('/list', async (req, res) => {
  const all = Array.from({ length: 7 }, (_, i) => ({ _id: `id${i}`, rank: Math.floor(i / 2) }));
  const { items, ...cursors } = await findPage(
    { field: 'rank', direction: 1 },
    readPage(req),
    (filter, sort, n) => {
      const after = (filter['$or'] as Record<string, unknown>[] | undefined)?.[1];
      const sign = sort['rank'] ?? 1;
      const sorted = [...all].sort((a, b) => sign * (a.rank - b.rank || a._id.localeCompare(b._id)));
      if (!after) return Promise.resolve(sorted.slice(0, n));
      const key = after['rank'] as number;
      const beyond = Object.values(after['_id'] as Record<string, string>)[0] ?? '';
      return Promise.resolve(
        sorted.filter((item) => sign * (item.rank - key || item._id.localeCompare(beyond)) > 0).slice(0, n),
      );
    },
  );
  setPaginationHeaders(req, res, { ...cursors, total: all.length });
  res.json(items.map((item) => item._id));
});
app.get('/declined', () => {
  throw new PaymentRequiredError('Your card was declined', { declineCode: 'generic_decline' });
});
app.get('/slow-down', () => {
  throw new TooManyRequestsError('Too many attempts', 60);
});
app.get('/async-throw', async () => {
  await Promise.resolve();
  throw new Error('a secret of the database');
});
app.post('/nothing', async (req, res) => {
  await validate(noFields, req);
  res.status(204).end();
});
app.get('/teapot', (req) => {
  throw Object.assign(new Error('of a library'), { status: Number(req.query['status'] ?? 418) });
});
app.all('/hangs', () => undefined);
app.all('/unconfirmed', async (req) => {
  const failed = Promise.reject(new mongo.MongoNetworkTimeoutError('connection timed out'));
  await (req.query['work'] === 'write' ? markUnconfirmed(failed) : failed);
});
const late: (() => void)[] = [];
app.get('/late', async (_req, res) => {
  await new Promise<void>((resolve) => late.push(resolve));
  res.json({});
});
app.get('/next', (_req, res) => {
  late.forEach((finish) => finish());
  setImmediate(() => setTimeout(() => res.json({ next: true }), 50));
});
app.use(notFound, errorHandler(silentLog));

describe('requestGuard, jsonBody, validate and errorHandler', () => {
  it('return 500 without details for an unknown error', async () => {
    const response = await request(app).get('/async-throw').expect(500);

    expect(response.body).toEqual({
      errors: [{ message: 'Something went wrong', code: 'internal_error' }],
      requestId: response.headers['x-request-id'],
    });
    expect(response.text).not.toContain('secret');
  });

  it('return 503 timeout when a route takes longer than 5 s', async () => {
    const response = await request(app).get('/hangs').expect(503);

    expect(response.body.errors[0].code).toBe('timeout');
    expect(response.headers['retry-after']).toBe('1');
  });

  it('return 503 outcome_unknown when a changing route takes longer than the limit', async () => {
    const response = await request(app).post('/hangs').send({}).expect(503);

    expect(response.body.errors[0].code).toBe('outcome_unknown');
    expect(response.headers['retry-after']).toBe('1');
  });

  it('start the time limit of a route when the body is complete', async () => {
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const headers = { 'content-type': 'application/json', 'content-length': 2 };
    const sent = http.request({ port, host: '127.0.0.1', path: '/hangs', method: 'POST', headers });
    sent.on('error', () => undefined);
    sent.write('{');
    let isAnswered = false;
    sent.once('response', () => (isAnswered = true));
    try {
      await request(app).get('/hangs').expect(503); // takes one time limit
      expect(isAnswered).toBe(false);

      sent.end('}');
      const [res] = (await once(sent, 'response')) as [http.IncomingMessage];
      const body = Buffer.concat(await res.toArray()).toString();

      expect([res.statusCode, JSON.parse(body).errors[0].code]).toEqual([503, 'outcome_unknown']);
    } finally {
      sent.destroy();
      server.closeAllConnections();
      server.close();
    }
  });

  it.each([
    ['post', 'write', 'outcome_unknown'],
    ['post', 'read', 'store_unavailable'],
    ['get', 'write', 'store_unavailable'],
  ] as const)('return 503 for a %s whose %s the store did not confirm: %s', async (method, work, code) => {
    const response = await request(app)[method](`/unconfirmed?work=${work}`).expect(503);

    expect(response.body.errors[0].code).toBe(code);
  });

  it('keep the connection usable when a route finishes after its time-out', async () => {
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const { port } = server.address() as AddressInfo;
    const get = async (path: string) => {
      const [res] = (await once(http.get({ port, host: '127.0.0.1', path, agent }), 'response')) as [
        http.IncomingMessage,
      ];
      return { status: res.statusCode, socket: res.socket, body: Buffer.concat(await res.toArray()) };
    };
    try {
      const first = await get('/late');
      const second = await get('/next');

      expect([first.status, second.status]).toEqual([503, 200]);
      expect(second.socket).toBe(first.socket);
    } finally {
      agent.destroy();
      server.close();
    }
  });

  it('use a well-formed X-Request-Id, and a new UUID otherwise', async () => {
    const given = await request(app).get('/nowhere').set('X-Request-Id', 'abc-1').expect(404);
    const made = await request(app).get('/nowhere').set('X-Request-Id', 'a b<script>').expect(404);

    expect(given.body.requestId).toBe('abc-1');
    expect(made.body.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(made.headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    expect(made.headers).not.toHaveProperty('x-powered-by');
  });

  it('return 403 for a changing request from a page of another origin', async () => {
    const post = (origin: string) => request(app).post('/things').set('Origin', origin).send({ title: 'ok' });

    await post('https://evil.example').expect(403);
    await post('null').expect(403);
    await post('https://shop.example').expect(201);
  });

  it.each([
    ['text/plain', 'hello', 415],
    ['application/x-www-form-urlencoded', 'title=a', 415],
    ['application/json', '{"title":', 400],
    ['application/json', '[]', 400],
    ['application/json; charset=latin1', '{"title":"a"}', 415],
    ['application/json', JSON.stringify({ title: 'x'.repeat(110_000) }), 413],
  ])('for a %s body %.12s… return %s', async (type, body, status) => {
    const response = await request(app).post('/things').set('Content-Type', type).send(body).expect(status);

    expect(response.body.errors[0].message).toEqual(expect.any(String));
    expect(response.text).not.toMatch(/SyntaxError|at position|node_modules/);
  });

  it('return the fields with text trimmed and without those that are absent', async () => {
    const response = await request(app).post('/things').send({ title: ' ab ', seat: null }).expect(201);

    expect(response.body).toEqual({ title: 'ab', seat: null });
  });

  it('normalize text, and count an emoji as one character', async () => {
    const post = (title: string) => request(app).post('/things').send({ title });

    expect((await post('\u200bcafe\u0301 ')).body).toEqual({ title: 'café' });
    expect((await post('😀'.repeat(5)).expect(201)).body).toEqual({ title: '😀'.repeat(5) });
    await post('😀'.repeat(6)).expect(400);
  });

  it.each([
    ['/things', '{"title":"ab","quantity":4}', ['quantity']],
    ['/things', '{"title":"ab","__proto__":{"count":1}}', ['__proto__']],
    ['/things', '{"title":"ab","constructor":1,"toString":1}', ['constructor', 'toString']],
    ['/things', '{"count":1.5,"Title":"ab"}', ['title', 'count', 'Title']],
    ['/nothing', '{"amount":100}', ['amount']],
  ])('return 400 from %s for %s, naming each field without a rule', async (path, body, fields) => {
    const response = await request(app)
      .post(path)
      .set('Content-Type', 'application/json')
      .send(body)
      .expect(400);

    expect(response.body.errors.map(({ field }: { field: string }) => field)).toEqual(fields);
  });

  it('accept an empty object, and no body, where a request has no fields', async () => {
    await request(app).post('/nothing').send({}).expect(204);
    await request(app).post('/nothing').expect(204);
  });

  it('name at most 20 fields without a rule, and at most 100 characters of each', async () => {
    const body = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, n) => [`${n}${'x'.repeat(60 + n / 20)}`, 1]),
    );

    const response = await request(app).post('/nothing').send(body).expect(400);

    expect(response.body.errors).toHaveLength(20);
    expect(response.text.length).toBeLessThan(5_000);
  });

  it.each([
    ['gzip', 'is not compressed', 400, 'malformed_request'],
    ['gzip', gzipSync('{"title":"ab"}').subarray(0, 20), 400, 'malformed_request'],
    ['zstd', '{}', 415, 'unsupported_encoding'],
    ['gzip, br', '{}', 415, 'unsupported_encoding'],
  ])(
    'return a documented error for a body that is not %s as it says (%#)',
    async (encoding, body, status, code) => {
      const response = await request(app)
        .post('/things')
        .set({ 'Content-Type': 'application/json', 'Content-Encoding': encoding })
        .serialize(() => body as string)
        .send(body as string)
        .expect(status);

      expect(response.body.errors).toEqual([{ message: expect.any(String), code }]);
      expect(response.text).not.toMatch(/zlib|header check|end of file/);
    },
  );

  it('keep the status of any error that blames the client, without its message', async () => {
    const response = await request(app).get('/teapot').expect(418);

    expect(response.body.errors).toEqual([
      { message: 'The request is malformed', code: 'malformed_request' },
    ]);
    await request(app).get('/teapot?status=302').expect(500);
  });

  it.each([
    [{}, 'title'],
    [{ title: '' }, 'title'],
    [{ title: '   ' }, 'title'],
    [{ title: 'abcdef' }, 'title'],
    [{ title: '\u200b\u3164' }, 'title'],
    [{ title: 'a\u0000' }, 'title'],
    [{ title: 'a\nb' }, 'title'],
    [{ title: 'a\u202eb' }, 'title'],
    [{ title: 'a\ud800' }, 'title'],
    [{ title: 'a\ufe0f\ufe0f\ufe0f\ufe0f\ufe0f' }, 'title'],
    [{ title: ['ab'] }, 'title'],
    [{ title: { $ne: 1 } }, 'title'],
    [{ title: 7 }, 'title'],
    [{ title: null }, 'title'],
    [{ title: 'ok', owner: { $gt: '' } }, 'owner'],
    [{ title: 'ok', owner: 'xyz' }, 'owner'],
    [{ title: 'ok', seat: 12 }, 'seat'],
    [{ title: 'ok', kind: 'c' }, 'kind'],
    [{ title: 'ok', kind: ['a'] }, 'kind'],
    [{ title: 'ok', count: 1.5 }, 'count'],
    [{ title: 'ok', mail: 'no' }, 'mail'],
  ])('return 400 for %j, naming the field %s', async (body, field) => {
    const response = await request(app).post('/things').send(body).expect(400);

    expect(response.body.errors).toEqual([{ field, message: expect.any(String) }]);
  });

  it('return the signed-in user, and 401 not_signed_in otherwise', async () => {
    const user = aUser();

    expect((await request(app).get('/me').set('Cookie', sessionCookie(user)).expect(200)).body).toEqual(user);
    expect((await request(app).get('/me').expect(401)).body.errors[0].code).toBe('not_signed_in');
  });

  it('accept only ids of 24 hex digits in the path', async () => {
    expect((await request(app).get('/things/0123456789abcdef01234567')).body.id).toBe(
      '0123456789abcdef01234567',
    );
    expect((await request(app).get('/things/[object Object]')).body.id).toBeNull();
    await request(app).get('/things/%E0%A4%A').expect(400);
  });

  it('send the details of a declined card, and Retry-After', async () => {
    const declined = await request(app).get('/declined').expect(402);
    const later = await request(app).get('/slow-down').expect(429);

    expect(declined.body.errors[0]).toMatchObject({ code: 'card_declined', declineCode: 'generic_decline' });
    expect(later.headers['retry-after']).toBe('60');
  });
});

describe('readPage and findPage', () => {
  const link = (response: request.Response, rel: string) =>
    new RegExp(`<([^>]*)>; rel="${rel}"`).exec(response.headers['link'] ?? '')?.[1] ?? '';

  it('page forward and back over equal keys without skipping or repeating an item', async () => {
    const first = await request(app).get('/list?limit=3');
    const second = await request(app).get(link(first, 'next'));
    const third = await request(app).get(link(second, 'next'));
    const back = await request(app).get(link(third, 'prev'));

    expect([first.body, second.body, third.body]).toEqual([
      ['id0', 'id1', 'id2'],
      ['id3', 'id4', 'id5'],
      ['id6'],
    ]);
    expect(back.body).toEqual(second.body);
    expect([link(first, 'prev'), link(third, 'next')]).toEqual(['', '']);
    expect((await request(app).get(link(back, 'prev'))).body).toEqual(first.body);
    expect(first.headers['x-total-count']).toBe('7');
  });

  it.each(['limit=0', 'limit=101', 'limit=x', 'limit=1&limit=2', 'cursor=nonsense', 'cursor=W10'])(
    'return 400 for %s',
    async (query) => {
      await request(app).get(`/list?${query}`).expect(400);
    },
  );
});
