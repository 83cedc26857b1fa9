// What node-nats-streaming 0.3.2 does wrong, and what the bus makes of it. More of it is held by what every bus must
// do (event-bus-contract.ts, dispatch.test.ts): it does not register again (1), dies with a frozen server (2), may
// have stored what timed out (5), sends late what was published while it was away (6), ends the process when a handler
// throws (8), forgets acknowledgements on a closed subscription (10), and reports success for a publish that nobody
// answered (11).
import { startBroker, startWire, until } from '../../test/broker.ts';
import type { Broker, Wire } from '../../test/broker.ts';
import { aBus, anEvent, closeBuses, collect, store } from '../../test/bus.ts';
import { NotConnectedError } from '../event-bus.ts';
import type { EventBus } from '../event-bus.ts';

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
});

it('3: publishing throws on a dead client and reports again later — the bus rejects, once', async () => {
  const bus = await upOverWire();
  const outcomes: unknown[] = [];
  let asked = 0;
  const publishing = setInterval(() => {
    asked += 1;
    void outcomeOf(bus.publish(anEvent())).then((outcome) => outcomes.push(outcome));
  }, 1);
  try {
    for (let cut = 0; cut < 3; cut += 1) {
      await until('it is up', () => bus.status === 'up');
      await until('something is stored', () => outcomes.at(-1) === 'stored');
      const before = outcomes.length;
      wire.cut();
      const isLost = (outcome: unknown) => outcome instanceof NotConnectedError;
      await until('the loss is noticed', () => outcomes.slice(before).some(isLost));
    }
  } finally {
    clearInterval(publishing);
  }
  await until('every publish has settled', () => outcomes.length === asked);
  const expected = ['stored', 'NotConnectedError', 'UnknownOutcomeError'];
  const kinds = outcomes.map((outcome) => (outcome instanceof Error ? outcome.name : outcome));
  expect(kinds.filter((kind) => !expected.includes(String(kind)))).toEqual([]);
});

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
});

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
});

it('13: the client waits for ever for a server that says nothing — the bus connects again', async () => {
  wire.hold('to client', true);
  const bus = await aBus({ url: wire.url });
  await until('it tries again', () => wire.accepted > 1);
  wire.hold('to client', false);
  await until('it is up', () => bus.status === 'up');
});

it('the client uses a connection after it has told that a subscription was refused — the bus keeps it until then', async () => {
  const bus = await upOverWire();
  const { accepted } = wire;

  bus.subscribe('no.*' as 'order:created', () => Promise.resolve()); // no name of a channel

  await until('it has tried again and again', () => wire.accepted >= accepted + 3);
  expect(bus.status).toBe('down');
});
