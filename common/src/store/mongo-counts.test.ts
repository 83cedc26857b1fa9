import { Mongoose } from 'mongoose';
import request from 'supertest';
import { listReachedLimits, requestLimits } from '../http/limits.ts';
import { rateCounter } from '../http/rate-counter.ts';
import { operatorsOnly } from '../operator-action.ts';
import { serviceApp } from '../service.ts';
import { sessionReader } from '../session.ts';
import {
  aUser,
  noRevocations,
  sessionCookie,
  silentLog,
  testPublicKeys,
  useTestDatabase,
} from '../testing.ts';
import { newId } from './mongo.ts';
import { mongoCounts } from './mongo-counts.ts';

const HOUR = 60 * 60 * 1_000;
const db = new Mongoose();
const store = mongoCounts(db);
let removeDatabase: () => Promise<void>;
beforeAll(async () => {
  removeDatabase = await useTestDatabase(db);
});
afterAll(() => removeDatabase());

/** Two processes of a service, with clocks of their own, that share the counts of one database. */
function twoReplicas() {
  const clocks = [Date.now(), Date.now()];
  const commands: string[] = [];
  const counted = {
    add: (...args: Parameters<typeof store.add>) => {
      commands.push(args[0]);
      return store.add(...args);
    },
  };
  const replicas = [0, 1].map((index) =>
    rateCounter({ store: counted, now: () => clocks[index] ?? Number.NaN }),
  );
  const key = newId();
  return {
    key,
    roundTrips: commands,
    pass: (ms: number) => clocks.forEach((time, index) => (clocks[index] = time + ms)),
    admit: async (replica: number, limit: number) => (await replicas[replica]?.count(key, limit, HOUR)) === 0,
  };
}

async function admitted(one: ReturnType<typeof twoReplicas>, requests: number, limit: number) {
  let count = 0;
  for (let index = 0; index < requests; index += 1) if (await one.admit(index % 2, limit)) count += 1;
  return count;
}

describe('a limit in two processes', () => {
  it('costs no round trip up to half of it', async () => {
    const replicas = twoReplicas();

    expect(await admitted(replicas, 100, 100)).toBe(100);

    expect(replicas.roundTrips).toEqual([]);
  });

  it('holds together once each has counted half of it', async () => {
    const replicas = twoReplicas();

    const count = await admitted(replicas, 400, 100);

    expect(count).toBeGreaterThanOrEqual(100);
    expect(count).toBeLessThanOrEqual(106);
    expect(replicas.roundTrips.length).toBeLessThanOrEqual(10);
  });

  it('is exceeded by at most a half when one process alone has reached it', async () => {
    const replicas = twoReplicas();
    let count = 0;
    for (const replica of [0, 1])
      for (let index = 0; index < 200; index += 1) if (await replicas.admit(replica, 100)) count += 1;

    expect(count).toBe(150);
  });

  it('takes a fraction of its requests as round trips when it is high', async () => {
    const replicas = twoReplicas();
    for (let index = 0; index < 4_000; index += 1) await replicas.admit(0, 4_000);

    expect(await replicas.admit(0, 4_000)).toBe(false);
    expect(replicas.roundTrips.length).toBeLessThan(100);
  });

  it('is free again for both when the window has ended', async () => {
    const replicas = twoReplicas();
    await admitted(replicas, 40, 10);
    expect(await replicas.admit(0, 10)).toBe(false);
    expect(await replicas.admit(1, 10)).toBe(false);

    replicas.pass(HOUR);

    expect(await replicas.admit(0, 10)).toBe(true);
    expect(await admitted(replicas, 40, 10)).toBeGreaterThanOrEqual(9);
  });

  it('keeps what it counted when the database is unavailable, and rejects only requests that need it', async () => {
    const lost = new Mongoose();
    const unavailable = mongoCounts(lost);
    await lost.connect(process.env['TEST_MONGO_URI'] ?? '');
    await lost.disconnect();
    const counter = rateCounter({ store: unavailable });
    const key = newId();

    for (let index = 0; index < 5; index += 1) expect(await counter.count(key, 10, HOUR)).toBe(0);
    for (let index = 0; index < 5; index += 1)
      await expect(counter.count(key, 10, HOUR)).rejects.toThrow(/closed|connect/i);

    expect(await counter.count(key, 10, HOUR)).toBeGreaterThan(0);
  });
});

describe('mongoCounts', () => {
  it('removes counts by an index on the end of their window', async () => {
    await store.add('a', { count: 1, until: Date.now() }, Date.now());
    const indexes = await db.connection.collection('counts').indexes();

    expect(indexes).toContainEqual(expect.objectContaining({ key: { until: 1 }, expireAfterSeconds: 0 }));
  });

  it('adds simultaneous counts of a new key together', async () => {
    const until = Date.now() + HOUR;
    const key = newId();

    await Promise.all(Array.from({ length: 30 }, () => store.add(key, { count: 2, until }, Date.now())));

    expect(await store.add(key, { count: 0, until }, Date.now())).toEqual({ count: 60, until });
  });
});

describe('the limits that are reached', () => {
  it('are listed for operators with the account or the network, by any process, until the window ends', async () => {
    const [limited, other, operator] = [aUser(), aUser(), aUser({ role: 'operator' })];
    let time = Date.now();
    const anApp = () => {
      const limiter = requestLimits({ isOn: true, store, now: () => time });
      const deps = {
        config: { trustProxy: 1, publicOrigins: [] },
        readSession: sessionReader(testPublicKeys, noRevocations, false),
        log: silentLog,
      };
      return serviceApp(deps, (app) => {
        const few = limiter('few', { account: 2, network: 3, seconds: 60 });
        app.get('/few', few, (_req, res) => void res.json([]));
        app.get('/limits', operatorsOnly(limiter), listReachedLimits(limiter));
      });
    };
    const [app, replica] = [anApp(), anApp()];
    const get = (path: string, user: ReturnType<typeof aUser>, address: string) =>
      request(path === '/limits' ? replica : app)
        .get(path)
        .set('Cookie', sessionCookie(user))
        .set('X-Forwarded-For', address);
    const list = async () => (await get('/limits', operator, '203.0.113.9').expect(200)).body as object[];

    for (const status of [200, 200, 429]) await get('/few', limited, '192.0.2.1').expect(status);
    const account = { limit: 'few', by: 'account', key: limited.id, most: 2 };
    expect(await list()).toEqual([{ ...account, until: new Date(time + 60_000).toISOString() }]);
    for (const status of [200, 200]) await get('/few', other, '2001:db8::1').expect(status);
    await get('/few', aUser(), '2001:db8::2').expect(200);
    expect(await list()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ limit: 'few', by: 'network', key: '2001:db8:0:0::/56', most: 3 }),
      ]),
    );
    await get('/limits', other, '203.0.113.9').expect(403);
    time += 60_000;
    expect(await list()).toEqual([]);
  });
});
