import { Mongoose } from 'mongoose';
import request from 'supertest';
import { requestLimits } from '../http/limits.ts';
import { operatorsOnly } from '../operator-action.ts';
import { serviceApp } from '../service.ts';
import { sessionReader } from '../session.ts';
import { newId } from '../store/mongo.ts';
import {
  aUser,
  inMemoryEventBus,
  noRevocations,
  sessionCookie,
  testContext,
  testPublicKeys,
  useTestDatabase,
} from '../testing.ts';
import type { Ids } from '../timeline/facts.ts';
import { addFactsRoute } from './facts-route.ts';

const db = new Mongoose();
const context = testContext('orders', { bus: inMemoryEventBus(), db });
const operator = aUser({ role: 'operator' });
const path = '/api/orders/admin/facts';
let requested: Ids[] = [];
let reading: Promise<void>;

const app = serviceApp(
  {
    config: { trustProxy: 0, publicOrigins: ['https://tickets.example'] },
    readSession: sessionReader(testPublicKeys, noRevocations, false),
    log: context.log,
  },
  (app) =>
    addFactsRoute(app, '/api/orders', {
      ...context,
      operators: operatorsOnly(requestLimits({ isOn: false })),
      async readFacts(ids) {
        requested.push(ids);
        await reading;
        return { moments: [], replicas: [] };
      },
    }),
);

let removeDatabase: () => Promise<void>;
beforeAll(async () => {
  removeDatabase = await useTestDatabase(db);
});
beforeEach(() => {
  [requested, reading] = [[], Promise.resolve()];
});
afterAll(() => removeDatabase());

const read = (query: string, as = operator) =>
  request(app).get(`${path}?${query}`).set('Cookie', sessionCookie(as));

describe('GET …/admin/facts', () => {
  it('returns what the service knows of the ids', async () => {
    const [order, other, ticket] = [newId(), newId(), newId()];
    await context.deadLetters.put({
      ...{ id: 'order:updated:7', channel: 'order:updated', error: 'odd', attempts: 11 },
      event: { id: `order:${order}:2` },
    });

    const { body } = await read(`orders=${order},${other}&tickets=${ticket}&intents=pi_1`).expect(200);

    expect(requested).toEqual([{ orders: [order, other], tickets: [ticket], users: [], intents: ['pi_1'] }]);
    expect(body).toMatchObject({ service: 'orders', moments: [], replicas: [], problems: [] });
    expect(body.deadLetters).toMatchObject([{ id: 'order:updated:7', eventId: `order:${order}:2` }]);
  });

  it.each([
    'orders=',
    'orders=no-id',
    'intents=7',
    'users=a&users=b',
    `tickets=${`${newId()},`.repeat(101)}`,
  ])('returns 400 for %.30s', async (query) => {
    await read(query).expect(400);
    expect(requested).toEqual([]);
  });

  it('returns 503 overloaded while one request is read and another one waits', async () => {
    let finish: () => void = () => undefined;
    reading = new Promise((resolve) => (finish = resolve));
    const requests = [newId(), newId(), newId()].map((id) =>
      read(`orders=${id}`).then(({ status }) => status),
    );
    const refused = await Promise.race(requests);
    finish();

    expect(refused).toBe(503);
    expect((await Promise.all(requests)).sort()).toEqual([200, 200, 503]);
  });

  it('returns 401 to a guest and 403 operator_required to a user', async () => {
    await request(app).get(path).expect(401);
    expect((await read('', aUser()).expect(403)).body.errors[0].code).toBe('operator_required');
    expect(requested).toEqual([]);
  });
});
