import { startBroker, until } from '../test/broker.ts';
import type { Broker } from '../test/broker.ts';
import { aBus, anEvent, closeBuses, store } from '../test/bus.ts';
import type { EventBus, Observation } from './event-bus.ts';

const channel = 'expiration:complete';
let broker: Broker;

beforeEach(async () => {
  broker = await startBroker();
});
afterEach(async () => {
  await closeBuses();
  await broker.stop();
});

function observe(bus: EventBus, options?: { sinceMs: number }): Observation & { seen: string[] } {
  const seen: string[] = [];
  return { ...bus.observe(channel, (_, { id }) => void seen.push(id), options), seen };
}

it('sees only what is published after it began when no time back is given', async () => {
  await store(broker, 3);
  const { replayed, seen } = observe(await aBus({ url: broker.url }));
  await replayed;
  expect(seen).toEqual([]);
  const ids = await store(broker, 2);
  await until('both are seen', () => seen.length >= 2);
  expect(seen).toEqual(ids);
});

it('has handled all that was stored since the time given when `replayed` resolves', async () => {
  await store(broker, 2);
  const pause = Date.now() + 3_000;
  await until('time has passed', () => Date.now() > pause);
  const ids = await store(broker, 300);
  const bus = await aBus({ url: broker.url });
  await until('it is up', () => bus.status === 'up');
  const { replayed, seen } = observe(bus, { sinceMs: Date.now() - pause + 1_500 });
  await replayed;
  expect(seen).toEqual(ids);
});

it('has nothing to replay in a channel that was never used', async () => {
  const { replayed, seen } = observe(await aBus({ url: broker.url }), { sinceMs: 60_000 });
  await replayed;
  expect(seen).toEqual([]);
});

it('shows every event to every observer, in order', async () => {
  const observers = await Promise.all([1, 2].map(async () => observe(await aBus({ url: broker.url }))));
  await Promise.all(observers.map(({ replayed }) => replayed));
  const ids = await store(broker, 20);
  for (const { seen } of observers) {
    await until('all are seen', () => seen.length >= 20);
    expect(seen).toEqual(ids);
  }
});

it('misses nothing and repeats nothing when the broker dies and comes back', async () => {
  const { replayed, seen } = observe(await aBus({ url: broker.url }));
  await replayed;
  const before = await store(broker, 10);
  await until('the first are seen', () => seen.length >= 10);
  await broker.kill();
  await broker.start();
  const after = await store(broker, 10);
  await until('all are seen', () => seen.length >= 20);
  expect(seen).toEqual([...before, ...after]);
});

it('goes on after the store was begun anew', async () => {
  const { replayed, seen } = observe(await aBus({ url: broker.url }));
  await replayed;
  await store(broker, 10);
  await until('the first are seen', () => seen.length >= 10);
  await broker.kill();
  await broker.wipe();
  await broker.start();
  const fresh = await store(broker, 2);
  await until('those of the new store are seen', () => seen.length >= 12);
  expect(seen.slice(10)).toEqual(fresh);
});

it('sees nothing once it is closed, and the others still do', async () => {
  const bus = await aBus({ url: broker.url });
  const [closed, open] = [observe(bus), observe(bus)];
  await Promise.all([closed.replayed, open.replayed]);
  closed.close();
  await bus.publish(anEvent());
  await until('the open one sees it', () => open.seen.length > 0);
  expect(closed.seen).toEqual([]);
  expect(bus.status).toBe('up');
});

it('is not waited for when it was closed before the broker came', async () => {
  await broker.kill();
  const bus = await aBus({ url: broker.url });
  const observation = observe(bus);
  const ready = bus.ready();
  observation.close();
  await ready;
  await bus.ready();
  await broker.start();
  await until('it is up', () => bus.status === 'up');
});

it('goes on when its handler throws', async () => {
  const bus = await aBus({ url: broker.url });
  let seen = 0;
  const { replayed } = bus.observe(channel, () => {
    seen += 1;
    throw new Error('from an observer');
  });
  await replayed;
  await store(broker, 3);
  await until('all are seen', () => seen >= 3);
  expect(bus.status).toBe('up');
});
