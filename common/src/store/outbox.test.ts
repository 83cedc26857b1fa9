import { SpanKind } from '@opentelemetry/api';
import express from 'express';
import { Mongoose, Schema } from 'mongoose';
import { register } from 'prom-client';
import request from 'supertest';
import { ConflictError, NotFoundError } from '../errors.ts';
import { NotConnectedError } from '../event-bus.ts';
import type { CloudEvent } from '../events.ts';
import { observeRequest } from '../http/observe-request.ts';
import { operatorActed } from '../operator-action.ts';
import { eventually, inMemoryEventBus, recordingLog, silentLog, useTestDatabase } from '../testing.ts';
import { contextOf, inSpan } from '../tracing/spans.ts';
import type { Aggregate, DomainEvent } from './aggregate.ts';
import { change, insert, outboxField } from './aggregate.ts';
import { LastWritten } from './last-written.ts';
import { collectionOf, duplicateKey, indexesOnly, newId } from './mongo.ts';
import { mongoDeadLetters } from './mongo-dead-letters.ts';
import { createOutbox } from './outbox.ts';
import { applyReplica, waitForReplica } from './replica.ts';

type Account = Aggregate & { sessionVersion: number; note?: string; until?: Date };
const db = new Mongoose();
const schema = new Schema<Account>(
  { _id: String, sessionVersion: Number, note: String, until: Date, outbox: outboxField },
  indexesOnly,
);
schema.index({ 'outbox.t': 1 }, { sparse: true });
const Account = db.model<Account>('Account', schema);

const toEvent = ({ _id, sessionVersion }: Account): DomainEvent => ({
  name: 'session:ended',
  data: { userId: _id, sid: null, sessionVersion },
});
const changeAccount = (
  id: string,
  decide: (account: Account) => Partial<Account> | undefined,
  guard?: Record<string, unknown>,
) => change(Account, { kind: 'user', id, decide, toEvent, ...(guard && { guard }) });
const by = { operatorId: newId(), reason: 'sells forged tickets' };
const anAccount = () => insert(Account, 'user', { _id: newId(), sessionVersion: 0 }, toEvent);
const raise = (account: Account) => ({ sessionVersion: account.sessionVersion + 1 });
const stored = (_id: string) => collectionOf(Account).findOne({ _id });

let dropDatabase: () => Promise<void>;
beforeAll(async () => {
  dropDatabase = await useTestDatabase(db);
});
afterAll(() => dropDatabase());

describe('change', () => {
  it('stores the new state and its event in one write', async () => {
    const { _id } = await anAccount();

    const changed = await changeAccount(_id, raise);

    expect(changed).toMatchObject({ version: 1, sessionVersion: 1 });
    expect(await stored(_id)).toMatchObject({
      version: 1,
      sessionVersion: 1,
      outbox: [
        { id: `user:${_id}:0`, v: 0 },
        { id: `user:${_id}:1`, v: 1, s: 'session:ended', d: { sessionVersion: 1 } },
      ],
    });
  });

  it('stores several events of one change in one write, each with an id of its own', async () => {
    const { _id } = await anAccount();
    const several = (account: Account) => [toEvent(account), operatorActed('user_suspended', _id, by)];

    const changed = await change(Account, { kind: 'user', id: _id, decide: raise, toEvent: several });

    expect(changed?.outbox.map(({ id, s }) => [id, s])).toEqual([
      [`user:${_id}:1`, 'session:ended'],
      [`user:${_id}:1:operator:acted`, 'operator:acted'],
    ]);
    expect((await stored(_id))?.outbox.slice(1)).toEqual(changed?.outbox);
  });

  it('applies all of 40 concurrent changes, each with its own version', async () => {
    const { _id } = await anAccount();

    const results = await Promise.all(Array.from({ length: 40 }, () => changeAccount(_id, raise)));

    expect(new Set(results.map((result) => result?.version)).size).toBe(40);
    expect(await stored(_id)).toMatchObject({ version: 40, sessionVersion: 40 });
  });

  it('removes a field set to undefined, and writes nothing when decide returns undefined', async () => {
    const { _id } = await anAccount();
    await changeAccount(_id, () => ({ note: 'x' }));
    await changeAccount(_id, () => ({ note: undefined }) as never);

    expect(await stored(_id)).not.toHaveProperty('note');
    expect(await changeAccount(_id, () => undefined)).toBeUndefined();
    expect(await stored(_id)).toMatchObject({ version: 2 });
  });

  it('changes nothing when the guard fails on the clock of the database', async () => {
    const { _id } = await anAccount();
    const due = { $expr: { $lte: ['$until', '$$NOW'] } };
    await changeAccount(_id, () => ({ until: new Date(Date.now() + 60_000) }));
    expect(await changeAccount(_id, raise, due)).toBeUndefined();

    await changeAccount(_id, () => ({ until: new Date(Date.now() - 1_000) }));
    expect(await changeAccount(_id, raise, due)).toMatchObject({ sessionVersion: 1 });
  });

  it('throws the error of decide, and NotFoundError for a missing document', async () => {
    const { _id } = await anAccount();
    const refuse = () => {
      throw new ConflictError('order_final', 'no');
    };

    await expect(changeAccount(_id, refuse)).rejects.toThrow(ConflictError);
    await expect(changeAccount(newId(), raise)).rejects.toThrow(NotFoundError);
  });

  describe('without an event', () => {
    const changeNote = (id: string, decideNote: () => string) =>
      change(Account, {
        ...{ kind: 'user', id, unversioned: ['note'] },
        decide: () => ({ note: decideNote() }),
        toEvent: () => [],
      });

    it('stores the new state under the same version, and nothing to publish', async () => {
      const { _id, outbox } = await anAccount();

      expect(await changeNote(_id, () => 'x')).toMatchObject({ version: 0, note: 'x', outbox: [] });
      expect(await stored(_id)).toMatchObject({ version: 0, note: 'x', outbox });
    });

    it('makes a change that was decided before it decide again', async () => {
      const lastWritten = new LastWritten<Account>();
      const { _id } = await insert(
        Account,
        'user',
        { _id: newId(), sessionVersion: 0 },
        toEvent,
        lastWritten,
      );
      await changeNote(_id, () => 'x');

      const seen: (string | undefined)[] = [];
      const changed = await change(Account, {
        ...{ kind: 'user', id: _id, toEvent, unversioned: ['note'], lastWritten },
        decide: (account) => {
          seen.push(account.note);
          return raise(account);
        },
      });

      expect(seen).toEqual([undefined, 'x']);
      expect(changed).toMatchObject({ version: 1, note: 'x' });
    });

    it('is not taken for a failed guard by a change that has read the state before it', async () => {
      const raiseGuarded = (id: string) =>
        change(Account, {
          ...{ kind: 'user', id, decide: raise, toEvent, unversioned: ['note'] },
          guard: { $expr: { $eq: ['$$NOW', '$$NOW'] } },
        });
      for (let round = 0; round < 20; round++) {
        const { _id } = await anAccount();
        let raised: ReturnType<typeof raiseGuarded> | undefined;

        await changeNote(_id, () => {
          raised ??= raiseGuarded(_id); // reads while the note is written
          return 'x';
        });

        expect(await raised).toMatchObject({ version: 1, sessionVersion: 1 });
        expect(await stored(_id)).toMatchObject({ version: 1, note: 'x' });
      }
    });
  });

  describe('with the state that this process wrote last', () => {
    const lastWritten = new LastWritten<Account>();
    /** Changes the account, and records which states `decide` saw. */
    async function changeKnown(id: string, decide: (account: Account) => Partial<Account> | undefined) {
      const seen: number[] = [];
      const recorded = (account: Account) => {
        seen.push(account.sessionVersion);
        return decide(account);
      };
      const changing = change(Account, { kind: 'user', id, decide: recorded, toEvent, lastWritten });
      const outcome = await changing.catch((error: unknown) => error);
      return { outcome, seen };
    }
    const aKnownAccount = () =>
      insert(Account, 'user', { _id: newId(), sessionVersion: 0 }, toEvent, lastWritten);

    it('reads nothing after an insert or a change', async () => {
      const { _id } = await aKnownAccount();
      await collectionOf(Account).updateOne({ _id }, { $set: { sessionVersion: 5 } }); // only a read would see it

      expect(await changeKnown(_id, raise)).toMatchObject({ outcome: { version: 1 }, seen: [0] });
      expect(await changeKnown(_id, raise)).toMatchObject({ outcome: { version: 2 }, seen: [1] });
    });

    it('decides again from the stored state when another process has changed it', async () => {
      const { _id } = await aKnownAccount();
      await changeAccount(_id, raise);

      expect(await changeKnown(_id, raise)).toMatchObject({ outcome: { version: 2 }, seen: [0, 1] });
      expect(await stored(_id)).toMatchObject({ version: 2, sessionVersion: 2 });
    });

    it('changes nothing and refuses nothing before it has read the stored state', async () => {
      const { _id } = await aKnownAccount();
      await changeAccount(_id, raise);
      const onlyAt = (version: number) => (account: Account) => {
        if (account.sessionVersion < version) throw new ConflictError('order_final', 'no');
        return raise(account);
      };

      expect(
        await changeKnown(_id, (account) => (account.sessionVersion === 1 ? raise(account) : undefined)),
      ).toMatchObject({ outcome: { version: 2 }, seen: [0, 1] });
      await changeAccount(_id, raise);
      expect(await changeKnown(_id, onlyAt(3))).toMatchObject({ outcome: { version: 4 }, seen: [2, 3] });
      expect(await changeKnown(_id, onlyAt(9))).toMatchObject({
        outcome: expect.any(ConflictError),
        seen: [4, 4],
      });
    });
  });

  it('insert rejects a second document with the same id, with the name of the index', async () => {
    const account = await anAccount();

    const again = insert(Account, 'user', { _id: account._id, sessionVersion: 0 }, toEvent).catch(
      duplicateKey,
    );

    expect(await again).toBe('_id_');
  });
});

describe('createOutbox', () => {
  const outboxOn = (bus = inMemoryEventBus(), maxWaiting = 1_000, model = Account, log = silentLog) => {
    const options = {
      maxWaiting,
      model,
      kind: 'user',
      source: 'auth',
      bus,
      log,
      crash: () => undefined,
    };
    return { bus, outbox: createOutbox(options) };
  };
  const gauge = async (name: string) =>
    (await register.getSingleMetric(name)?.get())?.values.find(({ labels }) => labels['kind'] === 'user')
      ?.value;
  const isEmpty = async (id: string) => (await stored(id))?.outbox.length === 0;

  it('publishes flushed events in order, and then removes them from the document', async () => {
    const { bus, outbox } = outboxOn();
    const account = await anAccount();
    outbox.flush(account);
    for (let i = 0; i < 3; i++) outbox.flush((await changeAccount(account._id, raise))!);

    await eventually(() => isEmpty(account._id));

    const own = bus.published.map(({ data }) => data as { userId: string; sessionVersion: number });
    expect(own.filter(({ userId }) => userId === account._id).map((d) => d.sessionVersion)).toEqual([
      0, 1, 2, 3,
    ]);
    await outbox.close();
  });

  it('logs each change once, with the ids of the request, which has those of the change', async () => {
    const { log, lines } = recordingLog();
    const { outbox } = outboxOn(inMemoryEventBus(), 1_000, Account, log);
    let _id = '';
    const app = express();
    app.use(observeRequest(log));
    app.post('/accounts', async (_req, res) => {
      const account = await anAccount();
      ({ _id } = account);
      outbox.flush(account);
      outbox.flush((await changeAccount(_id, raise))!);
      res.sendStatus(201);
    });

    const requestId = 'r-1';
    await request(app).post('/accounts').set('X-Request-Id', requestId).expect(201);

    await eventually(() => lines.length === 3 && isEmpty(_id));
    const ids = { accountId: _id, requestId, traceId: lines[0]?.['traceId'] };
    expect(ids.traceId).toMatch(/^[0-9a-f]{32}$/);
    const changed = { msg: 'changed', aggregate: 'user', event: 'session:ended', ...ids };
    expect(lines).toMatchObject([
      { ...changed, version: 0 },
      { ...changed, version: 1 },
      { msg: 'request', status: 201, ...ids },
    ]);
    await outbox.close();
    expect(lines).toHaveLength(3);
  });

  it('publishes events that a crash left in the outbox', async () => {
    const { _id } = await anAccount();
    await changeAccount(_id, raise);
    const { bus, outbox } = outboxOn();

    await eventually(() => isEmpty(_id));

    expect(bus.published).toEqual(
      expect.arrayContaining(
        [0, 1].map((sessionVersion) => ({
          name: 'session:ended',
          data: { userId: _id, sid: null, sessionVersion },
        })),
      ),
    );
    await outbox.close();
  });

  it('publishes an event that a crash left in the outbox with the traceparent of its cause', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const cause = { kind: SpanKind.INTERNAL, parent: contextOf(traceparent) };
    const { _id } = await inSpan('sign up', cause, anAccount);
    const bus = inMemoryEventBus();
    const published: CloudEvent[] = [];
    bus.publish = (event) => Promise.resolve(void published.push(event));
    const { outbox } = outboxOn(bus);

    await eventually(() => isEmpty(_id));

    expect(published.find(({ subject }) => subject === _id)?.traceparent).toBe(traceparent);
    await outbox.close();
  });

  it('keeps events while the broker is unavailable, and publishes them afterwards', async () => {
    const { bus, outbox } = outboxOn();
    bus.status = 'down';
    const account = await anAccount();
    outbox.flush(account);
    await new Promise(setImmediate);
    expect(await isEmpty(account._id)).toBe(false);

    bus.status = 'up';

    await eventually(() => isEmpty(account._id));
    await outbox.close();
  });

  it('is full while as many documents as allowed wait for the broker, and no longer once it is back', async () => {
    const { bus, outbox } = outboxOn(inMemoryEventBus(), 3);
    bus.status = 'down';
    await anAccount();
    await anAccount();
    const { _id } = await anAccount();
    expect(outbox.isFull()).toBe(false);

    await eventually(() => outbox.isFull());
    bus.status = 'up';

    await eventually(async () => (await isEmpty(_id)) && !outbox.isFull());
    await outbox.close();
  });

  it('sweeps with one command while few documents wait, and counts them', async () => {
    const commands: string[] = [];
    const recorded = new Proxy(collectionOf(Account), {
      get(collection, name) {
        const value: unknown = Reflect.get(collection, name);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          commands.push(String(name));
          return Reflect.apply(value, collection, args) as unknown;
        };
      },
    });
    await anAccount();
    const { bus, outbox } = outboxOn(inMemoryEventBus(), 1, { collection: recorded } as never);
    bus.publish = () => Promise.reject(new NotConnectedError('the broker stores nothing'));

    await eventually(() => outbox.isFull());

    expect(new Set(commands)).toEqual(new Set(['find']));
    await outbox.close();
  });

  it.each(['up', 'down'] as const)('counts all that wait while the broker is %s', async (status) => {
    const { bus, outbox } = outboxOn(inMemoryEventBus(), 600);
    bus.publish = () => Promise.reject(new NotConnectedError('the broker stores nothing'));
    bus.status = status;
    await Promise.all(Array.from({ length: 600 }, anAccount));

    await eventually(() => outbox.isFull());

    expect(await gauge('ticketing_outbox_waiting')).toBe(600);
    expect(await gauge('ticketing_outbox_oldest_seconds')).toBeGreaterThan(2);
    await outbox.close();
    await collectionOf(Account).deleteMany({});
  });

  it('reports for how long the oldest event has waited while the broker is unavailable, and 0 afterwards', async () => {
    const { bus, outbox } = outboxOn();
    expect(await gauge('ticketing_outbox_oldest_seconds')).toBe(0);
    bus.status = 'down';
    const { _id } = await anAccount();
    const committedAt = new Date(Date.now() - 90_000);
    await collectionOf(Account).updateOne({ _id }, { $set: { 'outbox.0.t': committedAt } });

    await eventually(async () => Number(await gauge('ticketing_outbox_oldest_seconds')) >= 90);
    expect(await gauge('ticketing_outbox_waiting')).toBe(1);
    bus.status = 'up';

    await eventually(async () => (await gauge('ticketing_outbox_oldest_seconds')) === 0);
    await outbox.close();
  });

  it('publishes the events in flight before it closes', async () => {
    const { outbox } = outboxOn();
    const accounts = await Promise.all(Array.from({ length: 30 }, anAccount));
    for (const account of accounts) outbox.flush(account);

    await outbox.close();

    for (const { _id } of accounts) expect(await isEmpty(_id)).toBe(true);
  });
});

describe('applyReplica', () => {
  it('converges to the newest state for duplicate and reordered events', async () => {
    const _id = newId();
    const state = (version: number) => ({ _id, version, sessionVersion: version, outbox: [] });
    const deliveries = [2, 0, 1, 3, 3, 1, 0, 2];

    const applied = await Promise.all(deliveries.map((version) => applyReplica(Account, state(version))));

    expect(applied).toContain(true);
    expect(await stored(_id)).toMatchObject({ version: 3, sessionVersion: 3 });
    expect(await applyReplica(Account, state(3))).toBe(false);
  });

  it('reports for each write of a round trip whether it was newer', async () => {
    const [known, ...others] = Array.from({ length: 4 }, newId) as [string, ...string[]];
    const state = (_id: string, version: number) => ({ _id, version, sessionVersion: version, outbox: [] });
    await applyReplica(Account, state(known, 5));

    const applied = await Promise.all([
      applyReplica(Account, state(others[0] ?? '', 1)),
      applyReplica(Account, state(known, 4)),
      applyReplica(Account, state(others[1] ?? '', 1)),
      applyReplica(Account, state(known, 6)),
    ]);

    expect(applied).toEqual([true, false, true, true]);
    expect(await stored(known)).toMatchObject({ version: 6 });
  });

  it('tracks the version at which one of the given fields last changed', async () => {
    const _id = newId();
    const track = { into: 'changedAt', fields: ['sessionVersion', 'outbox'] as const };
    const changedAt = async (version: number, sessionVersion: number, outbox: never[] | string = []) => {
      await applyReplica(Account, { _id, version, sessionVersion, outbox: outbox as never[] }, track);
      return ((await stored(_id)) as { changedAt?: number } | null)?.changedAt;
    };

    expect(await changedAt(2, 1)).toBe(2);
    expect(await changedAt(3, 1)).toBe(2);
    expect(await changedAt(5, 7)).toBe(5);
    expect(await changedAt(4, 8)).toBe(5);
    expect(await changedAt(6, 7, '$sessionVersion')).toBe(6);
    expect(await changedAt(7, 7, '$sessionVersion')).toBe(6);
  });

  it('rejects every write of a round trip that failed', async () => {
    const unavailable = {
      collection: { bulkWrite: () => Promise.reject(new Error('unavailable')) },
    } as never;
    const state = { _id: newId(), version: 1 };

    const results = await Promise.allSettled([
      applyReplica(unavailable, state),
      applyReplica(unavailable, state),
    ]);

    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it.each([
    [true, 404, 'not_found'],
    [false, 503, 'not_synchronized'],
  ])(
    'waitForReplica waits for a young id; where replicas are current: %s, it throws %i for an unknown old one',
    async (isCurrent, status, code) => {
      const options = { what: 'Ticket', userId: newId(), bus: { isCurrent: () => isCurrent } };
      let reads = 0;
      const young = waitForReplica(newId(), () => Promise.resolve(++reads < 3 ? null : 'here'), options);
      const old = waitForReplica('000000000000000000000000', () => Promise.resolve(null), options);

      await expect(old).rejects.toMatchObject({ status, code });
      expect(await young).toBe('here');
    },
  );

  it('waitForReplica lets three requests of a user wait, and throws NotSynchronizedError at once to a further one', async () => {
    let isHere = false;
    let reads = 0;
    const find = () => {
      reads += 1;
      return Promise.resolve(isHere ? 'here' : null);
    };
    const wait = (userId: string) =>
      waitForReplica(newId(), find, { what: 'Ticket', userId, bus: { isCurrent: () => true } });
    const waiting = [wait('buyer'), wait('buyer'), wait('buyer')];
    await eventually(() => reads > 6);

    const refused = await Promise.allSettled(Array.from({ length: 20 }, () => wait('buyer')));
    const other = wait('another');

    expect(refused.map((each) => each.status === 'rejected' && (each.reason as Error).name)).toEqual(
      Array(20).fill('NotSynchronizedError'),
    );
    isHere = true;
    expect(await Promise.all([...waiting, other])).toEqual(Array(4).fill('here'));
    isHere = false;
    const again = wait('buyer');
    isHere = true;
    expect(await again).toBe('here');
  });
});

it('mongoDeadLetters stores a dead letter once, however often it comes', async () => {
  const { put: store } = mongoDeadLetters(db);
  const deadLetter = {
    id: 'order:created:7',
    channel: 'order:created',
    event: '{',
    error: 'not JSON',
    attempts: 1,
  };

  await store(deadLetter);
  await store({ ...deadLetter, attempts: 2 });

  const found = await db.connection.collection('deadletters').find().toArray();
  expect(found).toEqual([
    expect.objectContaining({ channel: 'order:created', attempts: 2, at: expect.any(Date) }),
  ]);
});
