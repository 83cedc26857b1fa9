import { startBroker, startWire, until } from '../test/broker.ts';
import type { Broker } from '../test/broker.ts';
import { aBus, anEvent, closeBuses, collect, store } from '../test/bus.ts';
import { NotConnectedError, PoisonError } from './event-bus.ts';
import { cloudEvent, InvalidEventError } from './events.ts';

const channel = 'expiration:complete';
let broker: Broker;

beforeEach(async () => {
  broker = await startBroker();
});
afterEach(async () => {
  await closeBuses();
  await broker.stop();
});

it('delivers to a group what was published before the group existed', async () => {
  const ids = await store(broker, 3);
  const seen = collect(await aBus({ url: broker.url }));
  await until('all arrived', () => seen.length >= 3);
  expect(seen.toSorted()).toEqual(ids.toSorted());
});

it('gives each event to one member of a group, and to every group', async () => {
  const buses = [
    await aBus({ url: broker.url, group: 'a' }),
    await aBus({ url: broker.url, group: 'a' }),
    await aBus({ url: broker.url, group: 'b' }),
  ];
  const [a1 = [], a2 = [], b = []] = buses.map(collect);
  await Promise.all(buses.map((bus) => bus.ready()));
  const ids = await store(broker, 40);
  await until('all arrived', () => a1.length + a2.length >= 40 && b.length >= 40);
  expect([...a1, ...a2].toSorted()).toEqual(ids.toSorted());
  expect(b.toSorted()).toEqual(ids.toSorted());
  expect(Math.min(a1.length, a2.length)).toBeGreaterThan(0);
});

it('starts while the broker is away and is ready once it has come', async () => {
  await broker.kill();
  const bus = await aBus({ url: broker.url });
  collect(bus);
  const ready = jest.fn();
  const whenReady = bus.ready().then(ready);
  await expect(bus.publish(anEvent())).rejects.toThrow(NotConnectedError);
  expect(bus.status).toBe('down');
  expect(ready).not.toHaveBeenCalled();
  await broker.start();
  await whenReady;
  expect(bus.status).toBe('up');
  await bus.publish(anEvent());
});

it('refuses to publish what is no event or is larger than 256 KiB, and stays up', async () => {
  const bus = await aBus({ url: broker.url });
  await until('it is up', () => bus.status === 'up');
  const wrong = { ...anEvent(), data: { orderId: 'x', expiresAt: 'y' } };
  await expect(bus.publish(wrong)).rejects.toThrow(InvalidEventError);
  const about = { id: 'resync:1', source: 'test', subject: 'resync' };
  const data = { id: '1', subjects: ['x'.repeat(256 * 1024)], activeOnly: false };
  await expect(bus.publish(cloudEvent('resync:requested', about, data))).rejects.toThrow(/bytes/);
  expect(bus.status).toBe('up');
});

it('publishes an event of almost 256 KiB', async () => {
  const bus = await aBus({ url: broker.url });
  await until('it is up', () => bus.status === 'up');
  const about = { id: 'resync:1', source: 'test', subject: 'resync' };
  const data = { id: '1', subjects: ['x'.repeat(255 * 1024)], activeOnly: false };
  await bus.publish(cloudEvent('resync:requested', about, data));
});

it('is given again by the broker what was not handled in time', async () => {
  await store(broker, 1);
  const bus = await aBus({ url: broker.url });
  const attempts: number[] = [];
  const startedAt = Date.now();
  bus.subscribe(channel, () => {
    attempts.push(Date.now() - startedAt);
    return Date.now() - startedAt < 9_500 ? Promise.reject(new Error('not now')) : Promise.resolve();
  });
  await until('it is handled', () => attempts.some((at) => at >= 9_500), 25_000);
  expect(attempts.filter((at) => at < 9_500).length).toBeGreaterThan(3);
  expect(bus.deadLetters).toEqual([]);
}, 40_000);

it('sets aside for good what its handler calls poison', async () => {
  await store(broker, 1);
  const bus = await aBus({ url: broker.url, group: 'poisoned' });
  bus.subscribe(channel, () => Promise.reject(new PoisonError('nobody can handle this')));
  await until('it is set aside', () => bus.deadLetters.length > 0);
  expect(bus.deadLetters).toMatchObject([{ id: `${channel}:1`, channel, attempts: 1 }]);
  await bus.close();
  const seen = collect(await aBus({ url: broker.url, group: 'poisoned' }));
  const ids = await store(broker, 1);
  await until('the next one is handled', () => seen.length > 0);
  expect(seen).toEqual(ids);
});

it('keeps the place of its group when every member has closed', async () => {
  const first = await store(broker, 2);
  const bus = await aBus({ url: broker.url, group: 'durable' });
  const seen = collect(bus);
  await until('the first arrived', () => seen.length >= 2);
  await bus.close();
  const second = await store(broker, 2);
  const seenLater = collect(await aBus({ url: broker.url, group: 'durable' }));
  await until('the second arrived', () => seenLater.length >= 2);
  expect(seen.toSorted()).toEqual(first.toSorted());
  expect(seenLater.toSorted()).toEqual(second.toSorted());
});

it('finishes the handler in hand when it closes, and leaves the rest to others', async () => {
  const ids = await store(broker, 3, 'one aggregate');
  const bus = await aBus({ url: broker.url, group: 'closing' });
  const begun: string[] = [];
  let finish: () => void = () => undefined;
  bus.subscribe(channel, (_, { id }) => {
    begun.push(id);
    return new Promise((resolve) => (finish = resolve));
  });
  await until('the first is in hand', () => begun.length > 0);
  const closing = bus.close();
  await store(broker, 1);
  expect(bus.status).toBe('up');
  finish();
  await closing;
  expect(begun).toEqual(ids.slice(0, 1));
  expect(bus.status).toBe('closed');
  await expect(bus.publish(anEvent())).rejects.toThrow(NotConnectedError);

  const others = collect(await aBus({ url: broker.url, group: 'closing' }));
  await until('the others arrived', () => others.length >= 3);
  expect(others).toHaveLength(3);
  expect(others).toEqual(expect.arrayContaining(ids.slice(1)));
});

it('closes while the broker is away', async () => {
  await broker.kill();
  const bus = await aBus({ url: broker.url });
  collect(bus);
  await bus.close();
  expect(bus.status).toBe('closed');
});

it('closes at once when the connection is lost while it says goodbye', async () => {
  const wire = await startWire(broker);
  const bus = await aBus({ url: wire.url });
  await until('it is up', () => bus.status === 'up');
  wire.hold('to client', true);
  const closed = jest.fn();
  const closing = bus.close().then(closed);
  wire.cut();
  await until('it is closed', () => closed.mock.calls.length > 0, 2_000);
  await closing;
  await wire.stop();
});

it('gives up after 10 seconds on a handler that does not end', async () => {
  await store(broker, 1);
  const bus = await aBus({ url: broker.url });
  const begun = jest.fn();
  bus.subscribe(channel, () => {
    begun();
    return new Promise(() => undefined);
  });
  await until('it is in hand', () => begun.mock.calls.length > 0);
  const startedAt = Date.now();
  await bus.close();
  expect(Date.now() - startedAt).toBeGreaterThan(9_900);
  expect(bus.status).toBe('closed');
});

it('takes another client id when somebody who lives keeps its own', async () => {
  const first = await aBus({ url: broker.url, clientId: 'same' });
  await until('the first is up', () => first.status === 'up');
  const second = await aBus({ url: broker.url, clientId: 'same' });
  await until('the second is up', () => second.status === 'up', 45_000);
  expect(first.status).toBe('up');
  await Promise.all([first.publish(anEvent()), second.publish(anEvent())]);
}, 60_000);

it('tells once of a store that was begun anew, but not of a restart or a replay', async () => {
  await store(broker, 5);
  const afterReset = jest.fn();
  const bus = await aBus({ url: broker.url, afterReset });
  const seen = collect(bus);
  await until('all arrived', () => seen.length >= 5);
  await bus.observe(channel, () => undefined, { sinceMs: 60_000 }).replayed;
  await broker.kill();
  await broker.start();
  await until('it is up again', () => bus.status === 'up');
  const [sixth] = await store(broker, 1);
  await until('the sixth arrived', () => seen.includes(String(sixth)));
  expect(afterReset).not.toHaveBeenCalled();

  await broker.kill();
  await broker.wipe();
  await broker.start();
  const fresh = await store(broker, 2);
  await until('those of the new store arrived', () => fresh.every((id) => seen.includes(id)));
  expect(afterReset).toHaveBeenCalledTimes(1);
}, 60_000);

it('is not made for an address that is none', async () => {
  await expect(aBus({ url: 'nats://:::' })).rejects.toThrow();
});
