import { Mongoose } from 'mongoose';
import request from 'supertest';
import { anEvent } from '../test/bus.ts';
import { addDeadLetterRoutes } from './dead-letter-routes.ts';
import type { DeadLetter } from './event-bus.ts';
import type { EventData } from './events.ts';
import { requestLimits } from './http/limits.ts';
import { operatorsOnly } from './operator-action.ts';
import { serviceApp } from './service.ts';
import { sessionReader } from './session.ts';
import {
  aUser,
  inMemoryEventBus,
  noRevocations,
  recordingLog,
  sessionCookie,
  testContext,
  testPublicKeys,
  useTestDatabase,
} from './testing.ts';

const db = new Mongoose();
const bus = inMemoryEventBus();
const { log, security } = recordingLog();
const context = testContext('orders', { bus, db, log });
const { deadLetters } = context;
const operator = aUser({ role: 'operator' });
let handled: unknown[] = [];
let handle: () => Promise<void>;

bus.subscribe('expiration:complete', async (data) => {
  await handle();
  handled.push(data);
});
const app = serviceApp(
  {
    config: { trustProxy: 0, publicOrigins: ['https://tickets.example'] },
    readSession: sessionReader(testPublicKeys, noRevocations, false),
    log,
  },
  (app) =>
    addDeadLetterRoutes(app, '/api/orders', {
      ...context,
      operators: operatorsOnly(requestLimits({ isOn: false })),
    }),
);

let removeDatabase: () => Promise<void>;
beforeAll(async () => {
  removeDatabase = await useTestDatabase(db);
});
beforeEach(async () => {
  await db.connection.collection('deadletters').deleteMany();
  [handled, handle] = [[], () => Promise.resolve()];
  bus.published.length = 0;
  bus.status = 'up';
});
afterAll(() => removeDatabase());

const path = '/api/orders/admin/dead-letters';
const of = ({ id }: DeadLetter, action = '') => `${path}/${encodeURIComponent(id)}${action}`;
const get = (url: string, as = operator) => request(app).get(url).set('Cookie', sessionCookie(as));
const act = (url: string, reason = 'the seat map is mended') =>
  request(app).post(url).set('Cookie', sessionCookie(operator)).send({ reason });
const stored = async () => (await deadLetters.read()).map(({ id }) => id);
const actions = () => bus.published.map(({ data }) => data as EventData<'operator:acted'>);

let number = 0;
async function aDeadLetter(overrides: Partial<DeadLetter> = {}): Promise<DeadLetter> {
  const channel = 'expiration:complete';
  const id = `${channel}:${++number}`;
  const deadLetter = { id, channel, event: anEvent(), error: 'Error: odd', attempts: 11, ...overrides };
  await deadLetters.put(deadLetter);
  return deadLetter;
}

describe('GET …/admin/dead-letters', () => {
  it('lists the oldest 100 without their events, and says how many there are', async () => {
    const first = await aDeadLetter();
    for (let i = 0; i < 100; i += 1) await aDeadLetter();

    const { body, headers } = await get(path).expect(200);

    const { event, ...shown } = first;
    expect(body[0]).toEqual({ ...shown, at: expect.stringMatching(/^20/) });
    expect([body.length, headers['x-total-count']]).toEqual([100, '101']);
    expect((await get(of(first)).expect(200)).body).toMatchObject({ ...shown, event });
  });

  it('returns 404 for an unknown one, 401 to a guest, and 403 operator_required to a user', async () => {
    const deadLetter = await aDeadLetter();

    await get(`${path}/order:created:1`).expect(404);
    await request(app).get(path).expect(401);
    expect((await get(path, aUser()).expect(403)).body.errors[0].code).toBe('operator_required');
    await request(app)
      .post(of(deadLetter, '/drop'))
      .set('Cookie', sessionCookie(aUser()))
      .send({ reason: 'a rival' })
      .expect(403);
    expect(await stored()).toEqual([deadLetter.id]);
  });
});

describe('POST …/admin/dead-letters/:deadLetter/retry', () => {
  it('has this service handle the event, removes the dead letter, and publishes the entry for the audit log', async () => {
    const event = anEvent();
    const deadLetter = await aDeadLetter({ event });

    await act(of(deadLetter, '/retry')).expect(204);

    expect(handled).toEqual([event.data]);
    expect(await stored()).toEqual([]);
    const about = { action: 'dead_letter_retried', target: deadLetter.id };
    expect(bus.published.map(({ name }) => name)).toEqual(['operator:acted']);
    expect(actions()).toMatchObject([
      { ...about, operatorId: operator.id, reason: 'the seat map is mended' },
    ]);
    expect(security('operator_action').at(-1)).toMatchObject({ ...about, userId: operator.id });
  });

  it('returns 409 event_not_handled and keeps the dead letter with the new error when the handler fails', async () => {
    handle = () => Promise.reject(new RangeError('no such row'));
    const deadLetter = await aDeadLetter();

    const { body } = await act(of(deadLetter, '/retry')).expect(409);

    const error = 'RangeError: no such row';
    expect(body.errors[0]).toEqual({ code: 'event_not_handled', message: error });
    expect(await deadLetters.read()).toMatchObject([{ id: deadLetter.id, error, attempts: 12 }]);
  });

  it.each([
    ['is not valid', { event: { ...anEvent(), data: {} } }],
    ['is not JSON', { event: 'not JSON' }],
    ['is of another channel than its own', { channel: 'order:created' }],
    ['has no subscription here', { channel: 'session:ended', event: aSessionEnded() }],
  ])('returns 409 event_not_handled when the event %s', async (_what, overrides) => {
    const deadLetter = await aDeadLetter(overrides);

    const { body } = await act(of(deadLetter, '/retry')).expect(409);

    expect(body.errors[0].code).toBe('event_not_handled');
    expect([handled, await stored()]).toEqual([[], [deadLetter.id]]);
  });

  it('returns 503 and changes nothing while what the handler needs, or the broker, is unavailable', async () => {
    const deadLetter = await aDeadLetter();

    handle = () => Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
    await act(of(deadLetter, '/retry')).expect(503);
    handle = () => Promise.resolve();
    bus.status = 'down';
    await act(of(deadLetter, '/retry')).expect(503);
    await act(of(deadLetter, '/drop')).expect(503);

    expect(await deadLetters.read()).toMatchObject([{ ...deadLetter, attempts: 11 }]);
    expect(handled).toEqual([]);
  });
});

describe('POST …/admin/dead-letters/:deadLetter/drop', () => {
  it('removes the dead letter for a reason, which becomes an entry of the audit log', async () => {
    const deadLetter = await aDeadLetter({ event: 'not JSON' });

    await act(of(deadLetter, '/drop'), 'x').expect(400);
    expect([await stored(), bus.published]).toEqual([[deadLetter.id], []]);
    await act(of(deadLetter, '/drop'), 'a test event').expect(204);

    expect([await stored(), handled]).toEqual([[], []]);
    expect(actions()).toMatchObject([
      { action: 'dead_letter_dropped', target: deadLetter.id, reason: 'a test event' },
    ]);
    await act(of(deadLetter, '/drop')).expect(404);
  });
});

function aSessionEnded() {
  const { id: userId } = aUser();
  return {
    ...anEvent(),
    type: 'session:ended',
    source: 'auth',
    data: { userId, sid: null, sessionVersion: 1 },
  };
}
