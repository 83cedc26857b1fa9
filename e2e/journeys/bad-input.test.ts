import { request } from 'node:http';
import type { ErrorBody, ShopClient } from '../shop/shop-client.ts';
import { useSharedShop } from '../shop/use-shared-shop.ts';

const shop = useSharedShop();
const unknownId = '0123456789abcdef01234567';
let user: ShopClient;
let guest: ShopClient;

beforeAll(async () => {
  guest = shop.newClient();
  user = await shop.newClient().signUp();
  // A service that has just started does not know yet that no one has an unknown id.
  await user.sendWithRetry('GET', `/api/payments/${unknownId}`);
  await user.sendWithRetry('POST', '/api/orders', { ticketId: unknownId });
});

const changing: [method: string, path: string, needsBody: boolean][] = [
  ['POST', '/api/users/signup', true],
  ['POST', '/api/users/signin', true],
  ['POST', '/api/users/signout', false],
  ['POST', '/api/users/signout-everywhere', false],
  ['PUT', '/api/users/password', true],
  ['POST', '/api/tickets', true],
  ['PUT', `/api/tickets/${unknownId}`, true],
  ['DELETE', `/api/tickets/${unknownId}`, false],
  ['POST', '/api/orders', true],
  ['DELETE', `/api/orders/${unknownId}`, false],
  ['POST', '/api/payments', true],
  ['POST', `/api/payments/${unknownId}/refund`, false],
  ['POST', '/api/payments/webhook', true],
];
const fields = [
  'email',
  'password',
  'currentPassword',
  'newPassword',
  'title',
  'price',
  'ticketId',
  'orderId',
  'token',
  'version',
  'startsAt',
  'category',
  'faceValue',
  'notes',
  'reason',
  'currency',
];
const wrongValues: unknown[] = [
  { $ne: 1 },
  { $gt: '' },
  [],
  ['a'],
  null,
  true,
  -1,
  1e300,
  '',
  ' ',
  'x'.repeat(5000),
  '\u0000',
  '__proto__',
  { length: 1 },
];
const bodies: [what: string, body: unknown][] = [
  ['nothing', undefined],
  ['{}', {}],
  ['an array', []],
  ['a string', '"text"'],
  ['a number', '7'],
  ['null', 'null'],
  ['an unfinished object', '{"title":'],
  ['a body over 100 kB', JSON.stringify({ title: 'x'.repeat(120_000) })],
  ...wrongValues.map((value): [string, unknown] => [
    `every field ${JSON.stringify(value)?.slice(0, 20)}`,
    Object.fromEntries(fields.map((field) => [field, value])),
  ]),
];

function expectCleanError({ status, body }: { status: number; body: unknown }, what: string) {
  if (status < 400) return;
  const { errors, requestId } = body as ErrorBody;
  expect([what, status < 500]).toEqual([what, true]);
  expect([what, typeof requestId, errors.length > 0]).toEqual([what, 'string', true]);
  const text = JSON.stringify(body);
  expect([what, /node_modules|\bat .*:\d+:\d+|Mongo|Cast|SyntaxError|Zod|\$ne/.exec(text)?.[0]]).toEqual([
    what,
    undefined,
  ]);
}

describe('bad input', () => {
  it.each(changing)(
    'gets an error without internals from %s %s, signed in or not',
    async (method, path, needsBody) => {
      for (const [what, body] of bodies) {
        // Signing out would end the session that the other tests need.
        const asUser = path.includes('signout') ? guest : user;
        for (const client of [guest, asUser]) {
          const response = await client.send(method, path, body);
          expectCleanError(response, `${method} ${path} with ${what}`);
          if (needsBody && body === undefined) expect(response.status).toBeGreaterThanOrEqual(400);
        }
      }
    },
  );

  it.each(changing.filter(([, path, needsBody]) => needsBody && !path.endsWith('webhook')))(
    'is refused by %s %s: 415 for another content type, 413 when too large, 400 when not JSON',
    async (method, path) => {
      const send = (type: string, body: string) => user.send(method, path, body, { 'content-type': type });

      expect((await send('text/plain', 'hello')).status).toBe(415);
      expect((await send('application/x-www-form-urlencoded', 'title=1')).status).toBe(415);
      expect((await send('application/json', 'x'.repeat(110_000))).status).toBe(413);
      expect((await send('application/json', '{"a":')).status).toBe(400);
    },
  );

  it.each(changing.filter(([, path]) => !path.endsWith('webhook')))(
    'such as an unknown field is refused by %s %s with 400 and its name',
    async (method, path) => {
      const client = path.endsWith('signout') ? guest : user;

      const { status, body } = await client.send<ErrorBody>(method, path, { quantity: 4 });

      expect(status).toBe(400);
      expect(body.errors).toContainEqual({
        field: 'quantity',
        message: expect.any(String),
        code: 'unknown_field',
      });
    },
  );

  const ids = [
    'x',
    '0',
    'undefined',
    '%00',
    '..%2f',
    `${unknownId}0`,
    unknownId.toUpperCase(),
    '{"$ne":1}',
    'a'.repeat(4000),
  ];
  it.each(['/api/tickets', '/api/orders', '/api/payments'])(
    'as an id in the path of %s is answered with 404',
    async (base) => {
      for (const id of ids) {
        const { status, body } = await user.send(
          'GET',
          `${base}/${encodeURIComponent(decodeURIComponent(id))}`,
        );
        expectCleanError({ status, body }, `GET ${base}/${id}`);
        expect([id, status]).toEqual([id, 404]);
      }
      expect((await user.get(`${base}/${unknownId}`)).status).toBe(404);
      expect((await user.send('GET', `${base}/%E0%A4%A`)).status).toBeLessThan(500);
    },
  );

  it.each([
    '/api/tickets?limit=-1',
    '/api/tickets?cursor=x',
    '/api/tickets?status=stolen',
    '/api/tickets?sort=secret',
    '/api/tickets?min=a&max=b',
    '/api/tickets?from=yesterday',
    '/api/tickets?category=x',
    '/api/orders?limit=0',
    '/api/orders?status=x',
    '/api/payments?orderId=x',
    '/api/payments',
  ])('in the query is answered with 400: %s', async (path) => {
    const { status, body } = await user.get<ErrorBody>(path);
    expectCleanError({ status, body }, path);
    expect(status).toBe(400);
  });

  it.each([
    '/api/tickets?q[$where]=1',
    '/api/tickets?limit[$ne]=1',
    '/api/tickets?q=%00',
    `/api/tickets?q=${'x'.repeat(3000)}`,
    '/api/tickets?city=(((',
  ])('in the query never causes a 5xx: %s', async (path) => {
    const { status } = await user.get(path);
    expect(status).toBeLessThan(500);
  });

  it.each(['/api/nowhere', '/api', '/healthz/ready', '/metrics', '/api/tickets/a/b', '/api/users/x'])(
    'at %s, which is no public route, is answered with 404',
    async (path) => {
      const { status, body } = await user.sendUnchecked('GET', path);
      expect(status).toBe(404);
      expectCleanError({ status, body }, path);
    },
  );

  it('in the session cookie means signed out, never an error', async () => {
    for (const cookie of [
      'encore-session=x',
      'encore-session=',
      'encore-session=%%%',
      `encore-session=${'a'.repeat(7000)}`,
      'encore-session=eyJqd3QiOnsiJG5lIjoxfX0=',
      ';;;=;',
    ]) {
      const headers = { cookie };
      expect((await guest.send('GET', '/api/users/currentuser', undefined, headers)).body).toEqual({
        currentUser: null,
      });
      expect((await guest.send('GET', '/api/tickets', undefined, headers)).status).toBe(200);
      expect((await guest.send('GET', '/api/orders', undefined, headers)).status).toBe(401);
    }
  });

  it('such as a body that never arrives does not block other requests', async () => {
    const { hostname, port } = new URL(shop.url);
    const unfinished = request({
      hostname,
      port,
      path: '/api/orders',
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': 100 },
    });
    unfinished.on('error', () => undefined);
    unfinished.write('{');

    expect((await user.get('/api/orders')).status).toBe(200);
    unfinished.destroy();
  });

  it('from a page of another origin is refused with 403 origin_refused', async () => {
    const { status, body } = await user.send<ErrorBody>(
      'POST',
      '/api/tickets',
      { title: 'a', price: 1 },
      { origin: 'https://evil.example' },
    );

    expect([status, body.errors[0]?.code]).toEqual([403, 'origin_refused']);
  });
});
