// What node-nats-streaming 0.3.2 does wrong, and what the bus makes of it.
import { startBroker, startWire, until } from '../test/broker.ts';
import type { Broker, Wire } from '../test/broker.ts';
import { aBus, anEvent, closeBuses, collect, store } from '../test/bus.ts';
import { NotConnectedError, UnknownOutcomeError } from './event-bus.ts';
import type { EventBus } from './event-bus.ts';

const channel = 'expiration:complete';
let broker: Broker;
let wire: Wire;

beforeEach(async () => {
  broker = await startBroker();
  wire = await startWire(broker);
});
afterEach(async () => {
  await wire.stop();
  await closeBuses();
  await broker.stop();
});

/** What the broker has stored, as another process sees it. */
async function storedIds(): Promise<string[]> {
  const bus = await aBus({ url: broker.url });
  const ids: string[] = [];
  await bus.observe(channel, (_, { id }) => void ids.push(id), { sinceMs: 3_600_000 }).replayed;
  await bus.close();
  return ids;
}

async function upOverWire(): Promise<EventBus> {
  const bus = await aBus({ url: wire.url });
  await until('it is up', () => bus.status === 'up');
  return bus;
}

/** Cuts the wire and waits until the bus has mended that. */
async function cut(bus: EventBus): Promise<void> {
  const { accepted } = wire;
  wire.cut();
  await until('it is up again', () => wire.accepted > accepted && bus.status === 'up');
}

/** Settles when the publish does, and says how. */
function outcomeOf(published: Promise<void>): Promise<unknown> {
  return published.then(
    () => 'stored',
    (error: unknown) => error,
  );
}

it('1: the client never registers again after a lost connection — the bus connects and subscribes anew', async () => {
  const bus = await aBus({ url: wire.url });
  const seen = collect(bus);
  await bus.ready();
  for (let cuts = 1; cuts <= 3; cuts += 1) {
    await cut(bus);
    await bus.publish(anEvent());
    await until('what came after the cut arrives', () => seen.length >= cuts);
  }
}, 60_000);

it('1: the client is dead once another has replaced it on the server — the bus comes back', async () => {
  const bus = await aBus({ url: wire.url, clientId: 'twin', group: 'twins' });
  const seen = collect(bus);
  await bus.ready();
  wire.hold('to client', true);
  const twin = await aBus({ url: broker.url, clientId: 'twin', group: 'twins' });
  await until('the twin has replaced it', () => twin.status === 'up');
  wire.hold('to client', false);
  await until('the loss is noticed', () => bus.status === 'down');
  await twin.close();
  await until('it is up again', () => bus.status === 'up');
  await store(broker, 1);
  await until('it receives', () => seen.length > 0);
}, 60_000);

it('2: a server frozen for longer than the pings last kills the client for good — the bus comes back', async () => {
  const bus = await aBus({ url: broker.url });
  const seen = collect(bus);
  await bus.ready();
  broker.freeze();
  await until('the silence is noticed', () => bus.status === 'down', 30_000);
  await expect(bus.publish(anEvent())).rejects.toThrow(NotConnectedError);
  broker.thaw();
  await until('it is up again', () => bus.status === 'up', 30_000);
  await bus.publish(anEvent());
  await until('it receives', () => seen.length > 0);
}, 90_000);

it('3: publishing throws on a dead client and reports again later — the bus rejects, once', async () => {
  const bus = await upOverWire();
  const outcomes: unknown[] = [];
  let asked = 0;
  const publishing = setInterval(() => {
    asked += 1;
    void outcomeOf(bus.publish(anEvent())).then((outcome) => outcomes.push(outcome));
  }, 1);
  for (let cut = 0; cut < 3; cut += 1) {
    await until('it is up', () => bus.status === 'up');
    await until('something is stored', () => outcomes.at(-1) === 'stored');
    wire.cut();
    await until('the loss is noticed', () => outcomes.at(-1) instanceof NotConnectedError);
  }
  clearInterval(publishing);
  await until('every publish has settled', () => outcomes.length === asked);
  const expected = ['stored', 'NotConnectedError', 'UnknownOutcomeError'];
  const kinds = outcomes.map((outcome) => (outcome instanceof Error ? outcome.name : outcome));
  expect(kinds.filter((kind) => !expected.includes(String(kind)))).toEqual([]);
}, 60_000);

it('4: past its limit the client reports an error and sends all the same — the bus lets 256 wait for an answer', async () => {
  const bus = await upOverWire();
  wire.hold('to client', true);
  const events = Array.from({ length: 400 }, () => anEvent());
  const outcomes = events.map((event) => outcomeOf(bus.publish(event)));
  let stored: string[] = [];
  const end = Date.now() + 4_000;
  while (stored.length < 256 && Date.now() < end) stored = await storedIds();
  expect(stored).toHaveLength(256);
  wire.hold('to client', false);
  expect(new Set(await Promise.all(outcomes))).toEqual(new Set(['stored']));
  expect((await storedIds()).toSorted()).toEqual(events.map(({ id }) => id).toSorted());
});

it('5: a publish that timed out may be stored — the bus says that it does not know', async () => {
  const bus = await upOverWire();
  wire.hold('to client', true);
  const event = anEvent();
  expect(await outcomeOf(bus.publish(event))).toBeInstanceOf(UnknownOutcomeError);
  expect(await storedIds()).toEqual([event.id]);
});

it('6: the client keeps what is published while away and sends it some time — the bus rejects it', async () => {
  const bus = await upOverWire();
  await broker.kill();
  await until('the loss is noticed', () => bus.status === 'down');
  await expect(bus.publish(anEvent())).rejects.toThrow(NotConnectedError);
  await broker.start();
  await until('it is up again', () => bus.status === 'up');
  const event = anEvent();
  await bus.publish(event);
  expect(await storedIds()).toEqual([event.id]);
});

it('7: a subscription that timed out receives what it cannot acknowledge — the bus makes all anew', async () => {
  await store(broker, 1);
  const bus = await aBus({ url: wire.url, group: 'patient' });
  await until('it is up', () => bus.status === 'up');
  wire.hold('to client', true);
  const seen = collect(bus);
  await until('the connection is replaced', () => wire.connections === 0, 10_000);
  wire.hold('to client', false);
  await bus.ready();
  await until('it receives', () => seen.length > 0);
  await bus.close();
  const later = collect(await aBus({ url: broker.url, group: 'patient' }));
  const [id] = await store(broker, 1);
  await until('the next one arrives', () => later.length > 0);
  expect(later).toEqual([id]);
}, 40_000);

it('8: an exception in a handler ends the process — the bus tries the event again', async () => {
  await store(broker, 2);
  const bus = await aBus({ url: broker.url });
  const handled: string[] = [];
  const failed = new Set<string>();
  bus.subscribe(channel, (_, { id }) => {
    if (failed.has(id)) return Promise.resolve(void handled.push(id));
    failed.add(id);
    if (failed.size === 1) throw new Error('thrown');
    return Promise.reject(new Error('rejected'));
  });
  await until('both are handled', () => handled.length >= 2);
  expect(bus.status).toBe('up');
});

it('9: the client closes twice, and for good when it cannot connect at first — the bus holds one connection', async () => {
  await broker.kill();
  const bus = await aBus({ url: wire.url });
  const seen = collect(bus);
  await until('an attempt has failed', () => wire.accepted > 1);
  await broker.start();
  await bus.ready();
  await cut(bus);
  expect(wire.connections).toBe(1);
  await store(broker, 1);
  await until('it receives', () => seen.length > 0);
  expect(seen).toHaveLength(1);
}, 40_000);

it('10: acknowledging on a closed connection throws — the bus leaves the event for the next one', async () => {
  const [id] = await store(broker, 1);
  const bus = await aBus({ url: wire.url, group: 'acking' });
  const begun: string[] = [];
  let finish: () => void = () => undefined;
  bus.subscribe(channel, (_, event) => {
    begun.push(event.id);
    return new Promise((resolve) => (finish = resolve));
  });
  await until('it is in hand', () => begun.length > 0);
  wire.hold('to broker', true);
  wire.cut();
  await until('the loss is noticed', () => bus.status === 'down');
  finish();
  wire.hold('to broker', false);
  await until('it is delivered again', () => begun.length > 1);
  finish();
  await bus.close();
  expect(begun).toEqual([id, id]);
}, 40_000);

it('10: acknowledging on a closed subscription does nothing — the bus closes it after the last one', async () => {
  await store(broker, 1);
  const bus = await aBus({ url: broker.url, group: 'closing' });
  let finish: (() => void) | undefined;
  bus.subscribe(channel, () => new Promise((resolve) => (finish = resolve)));
  await until('it is in hand', () => finish !== undefined);
  const closing = bus.close();
  finish?.();
  await closing;
  const later = collect(await aBus({ url: broker.url, group: 'closing' }));
  const [id] = await store(broker, 1);
  await until('the next one arrives', () => later.length > 0);
  expect(later).toEqual([id]);
});

it('an event delivered again while it is in hand is handled once, and acknowledged', async () => {
  const [id] = await store(broker, 1);
  const bus = await aBus({ url: wire.url, group: 'slow' });
  const begun: string[] = [];
  const finish: (() => void)[] = [];
  bus.subscribe(channel, (_, event) => {
    begun.push(event.id);
    return new Promise((resolve) => finish.push(resolve));
  });
  await until('it is in hand', () => begun.length > 0);
  await cut(bus);
  const [marker] = await store(broker, 1);
  await until('it receives again', () => begun.length > 1);
  for (const end of finish) end();
  await bus.close();
  expect(begun).toEqual([id, marker]);
  const later = collect(await aBus({ url: broker.url, group: 'slow' }));
  const next = await store(broker, 1);
  await until('the next one arrives', () => later.length > 0);
  expect(later).toEqual(next);
}, 40_000);

it('11: a publish without an answer succeeds when the connection closes — the bus says that it does not know', async () => {
  const bus = await upOverWire();
  wire.hold('to broker', true);
  const outcome = outcomeOf(bus.publish(anEvent()));
  wire.cut();
  expect(await outcome).toBeInstanceOf(UnknownOutcomeError);
  expect(await storedIds()).toEqual([]);
});

it('12: closing the client may close its successor, which has the same id — the bus only drops the socket', async () => {
  const bus = await upOverWire();
  const release = wire.strand();
  const seen = collect(bus);
  await bus.ready();
  release();
  await store(broker, 1);
  await bus.publish(anEvent());
  await until('both arrive at once', () => seen.length >= 2, 5_000);
}, 40_000);

it('13: the client waits for ever for a server that says nothing — the bus connects again', async () => {
  wire.hold('to client', true);
  const bus = await aBus({ url: wire.url });
  await until('it tries again', () => wire.accepted > 1);
  wire.hold('to client', false);
  await until('it is up', () => bus.status === 'up');
}, 40_000);

it('the client uses a connection after it has told that a subscription was refused — the bus keeps it until then', async () => {
  const bus = await upOverWire();
  const { accepted } = wire;

  bus.subscribe('no.*' as 'order:created', () => Promise.resolve()); // no name of a channel

  await until('it has tried again and again', () => wire.accepted >= accepted + 3);
  expect(bus.status).toBe('down');
});
