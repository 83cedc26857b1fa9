import request from 'supertest';
import { serviceApp } from '../service.ts';
import { sessionReader } from '../session.ts';
import { aUser, noRevocations, sessionCookie, silentLog, testPublicKeys } from '../testing.ts';
import type { Limit } from './limits.ts';
import { requestLimits } from './limits.ts';

const MINUTE = 60_000;

function anApp(limit: Limit, { isOn = true } = {}) {
  let time = Date.parse('2026-11-28T12:00:00Z');
  const limiter = requestLimits({ isOn, now: () => time });
  const deps = {
    config: { trustProxy: 1, publicOrigins: [] },
    readSession: sessionReader(testPublicKeys, noRevocations, false),
    log: silentLog,
  };
  const app = serviceApp(deps, (routes) => {
    const edits = limiter('edits', limit);
    routes.get('/things', limiter('searches', limit), (_req, res) => void res.json([]));
    routes.post('/things', edits, (_req, res) => void res.json({}));
    routes.delete('/things', edits, (_req, res) => void res.json({}));
  });
  const send =
    (method: 'get' | 'post' | 'delete') =>
    (user: ReturnType<typeof aUser> | undefined, address = '192.0.2.1') => {
      const agent = request(app);
      const cookie = user ? { Cookie: sessionCookie(user) } : {};
      return agent[method]('/things').set('X-Forwarded-For', address).set(cookie);
    };
  return {
    get: send('get'),
    post: send('post'),
    delete: send('delete'),
    pass: (ms: number) => (time += ms),
  };
}

describe('a limited route', () => {
  it('returns 429 rate_limited with Retry-After to an account at its limit, until the window ends', async () => {
    const app = anApp({ account: 2, network: 100, seconds: 60 });
    const user = aUser();
    await app.post(user).expect(200);
    app.pass(15_500);
    await app.post(user, '198.51.100.1').expect(200);

    const { body, headers } = await app.post(user, '203.0.113.1').expect(429);

    expect(headers['retry-after']).toBe('45');
    expect(body.errors).toEqual([
      {
        message: 'Too many requests of this kind',
        code: 'rate_limited',
        endsAt: '2026-11-28T12:01:00.000Z',
        serverNow: '2026-11-28T12:00:15.500Z',
      },
    ]);
    await app.post(aUser()).expect(200);
    app.pass(MINUTE - 15_500);
    await app.post(user).expect(200);
  });

  it('returns 429 to all clients once they have reached the limit of all, which refused networks do not use up', async () => {
    const app = anApp({ network: 2, all: 3, seconds: 60 });
    await app.post(undefined, '192.0.2.1').expect(200);
    await app.post(undefined, '192.0.2.2').expect(200);
    for (let n = 0; n < 5; n++) await app.post(undefined, '192.0.2.3').expect(429);
    await app.post(undefined, '198.51.100.1').expect(200);

    const { body } = await app.post(undefined, '203.0.113.1').expect(429);

    expect(body.errors[0].code).toBe('rate_limited');
    app.pass(MINUTE);
    await app.post(undefined, '203.0.113.1').expect(200);
  });

  it('counts all accounts of a network together, and networks apart', async () => {
    const app = anApp({ account: 2, network: 3, seconds: 60 });
    for (const address of ['192.0.2.1', '192.0.2.99', '192.0.2.200'])
      await app.post(aUser(), address).expect(200);

    await app.post(aUser(), '192.0.2.7').expect(429);
    await app.post(aUser(), '192.0.3.7').expect(200);
  });

  it('shares its limit with the routes of the same name only', async () => {
    const app = anApp({ account: 1, network: 100, seconds: 60 });
    const user = aUser();
    await app.post(user).expect(200);

    await app.delete(user).expect(429);
    await app.get(user).expect(200);
  });

  it('counts requests without a session by network where they may read, and not where they may not change', async () => {
    const app = anApp({ account: 5, network: 2, seconds: 60 });
    for (let index = 0; index < 4; index += 1) await app.post(undefined).expect(200);
    await app.get(undefined).expect(200);
    await app.get(undefined).expect(200);

    await app.get(undefined).expect(429);
    await app.post(aUser()).expect(200);
  });

  it('counts requests without a session that change something where accounts are not counted', async () => {
    const app = anApp({ network: 1, seconds: 60 });
    await app.post(undefined).expect(200);

    await app.post(undefined).expect(429);
    await app.post(aUser()).expect(429);
  });

  it('does not use up the limit of the network by requests that the limit of the account refuses', async () => {
    const app = anApp({ account: 1, network: 2, seconds: 60 });
    const user = aUser();
    await app.post(user).expect(200);
    for (let index = 0; index < 5; index += 1) await app.post(user).expect(429);

    await app.post(aUser()).expect(200);
    await app.post(aUser()).expect(429);
  });

  it('has no limit when limits are off', async () => {
    const app = anApp({ account: 1, network: 1, seconds: 60 }, { isOn: false });
    const user = aUser();

    for (let index = 0; index < 3; index += 1) await app.post(user).expect(200);
  });
});
