import { Mongoose, Schema } from 'mongoose';
import { NotConnectedError } from '../event-bus.ts';
import { eventually, inMemoryEventBus, resyncsDone, silentLog, useTestDatabase } from '../testing.ts';
import type { Aggregate, DomainEvent } from './aggregate.ts';
import { outboxField } from './aggregate.ts';
import { collectionOf, indexesOnly } from './mongo.ts';
import { createRepublisher } from './republish.ts';

type Account = Aggregate & { sessionVersion: number };
type Scope = { from: number };
const db = new Mongoose();
const Account = db.model<Account>(
  'Account',
  new Schema<Account>({ _id: String, sessionVersion: Number, outbox: outboxField }, indexesOnly),
);
const bus = inMemoryEventBus();
const publish = jest.spyOn(bus, 'publish');

const toEvent = ({ _id, sessionVersion }: Account): DomainEvent => ({
  name: 'session:ended',
  data: { userId: _id, sid: null, sessionVersion },
});
const replicas: { close(): Promise<void> }[] = [];
function aReplica() {
  const created = createRepublisher({
    ...{ model: Account, kind: 'user', source: 'auth', bus, log: silentLog, toEvent },
    filterOf: ({ from }: Scope) => ({ version: { $gte: from } }),
  });
  replicas.push(created);
  return created;
}

const idOf = (index: number) => index.toString(16).padStart(24, '0');
async function haveAccounts(count: number) {
  const accounts = Array.from({ length: count }, (_, index) => index);
  await collectionOf(Account).insertMany(
    accounts.map((index) => ({ _id: idOf(index), version: index, sessionVersion: index, outbox: [] })),
  );
}
const publishedVersions = () =>
  bus.published.map(({ data }) => (data as { sessionVersion: number }).sessionVersion);
/** The versions of `count` accounts, the newest first. */
const newestFirst = (count: number) => Array.from({ length: count }, (_, index) => count - 1 - index);

let dropDatabase: () => Promise<void>;
beforeAll(async () => {
  dropDatabase = await useTestDatabase(db);
});
beforeEach(async () => {
  publish.mockRestore();
  bus.published.length = 0;
  await Promise.all(
    [Account.collection, db.connection.collection('resyncs')].map((all) => all.deleteMany({})),
  );
});
afterEach(async () => {
  await Promise.all(replicas.splice(0).map((replica) => replica.close()));
});
afterAll(() => dropDatabase());

describe('a republisher', () => {
  it('publishes the current state of each document of the scope once, as a replay, the newest first', async () => {
    await haveAccounts(250);
    const publish = jest.spyOn(bus, 'publish');

    await aReplica().request({ from: 3 });
    await resyncsDone(db);

    expect(publishedVersions()).toEqual(newestFirst(250).slice(0, 247));
    const [first] = publish.mock.calls[0] ?? [];
    expect(first).toMatchObject({ id: `user:${idOf(249)}:249`, subject: idOf(249), replay: true });
  });

  it('makes one pass for the requests of a second, whatever replica handles them', async () => {
    await haveAccounts(20);
    const [one, two] = [aReplica(), aReplica()];

    await Promise.all([one, two, one, two, one].map((replica) => replica.request({ from: 0 })));
    await resyncsDone(db);

    expect(publishedVersions()).toEqual(newestFirst(20));
  });

  it('makes another pass for a request that comes during one', async () => {
    await haveAccounts(20);
    const replica = aReplica();
    const original = bus.publish.bind(bus);
    let again: Promise<void> | undefined;
    jest.spyOn(bus, 'publish').mockImplementation(async (event, options) => {
      await (again ??= replica.request({ from: 0 }));
      return original(event, options);
    });

    await replica.request({ from: 0 });
    await resyncsDone(db);

    expect(publishedVersions()).toEqual([...newestFirst(20), ...newestFirst(20)]);
  });

  it('continues where a replica stopped in the middle of a pass', async () => {
    await haveAccounts(250);
    const first = aReplica();
    const original = bus.publish.bind(bus);
    let closed: Promise<void> | undefined;
    jest.spyOn(bus, 'publish').mockImplementation((event, options) => {
      closed ??= first.close();
      return original(event, options);
    });
    await first.request({ from: 0 });
    await eventually(() => closed !== undefined);
    await closed;
    expect(bus.published).toHaveLength(100);

    aReplica();
    await resyncsDone(db);

    expect(publishedVersions()).toEqual(newestFirst(250));
  });

  it('publishes the rest when the broker is available again', async () => {
    await haveAccounts(3);
    const original = bus.publish.bind(bus);
    let failures = 0;
    jest.spyOn(bus, 'publish').mockImplementation((event, options) => {
      if (bus.published.length === 1 && ++failures === 1)
        return Promise.reject(new NotConnectedError('down'));
      return original(event, options);
    });

    await aReplica().request({ from: 0 });
    await resyncsDone(db);

    // The batch with the one that failed is published again.
    expect(publishedVersions()).toEqual([2, 0, 2, 1, 0]);
  });

  it('leaves out a state of which no valid event can be made', async () => {
    await haveAccounts(3);
    await collectionOf(Account).updateOne({ _id: idOf(1) }, { $set: { sessionVersion: -1 } });

    await aReplica().request({ from: 0 });
    await resyncsDone(db);

    expect(publishedVersions()).toEqual([2, 0]);
  });

  it('takes over the pass of a replica that was killed, when its lease has ended', async () => {
    await haveAccounts(3);
    const first = aReplica();
    await first.request({ from: 0 });
    await first.close();
    const held = { holder: 'killed', heldUntil: new Date(Date.now() + 2_000), covers: 1, after: idOf(2) };
    await db.connection.collection('resyncs').updateOne({}, { $set: held });

    aReplica();
    await resyncsDone(db);

    expect(Date.now()).toBeGreaterThanOrEqual(held.heldUntil.getTime());
    expect(publishedVersions()).toEqual([1, 0]);
  });
});
