// The defects of node-nats-streaming 0.3.2 that the bus works around; each test describes one. The tests of every bus
// (event-bus-contract.ts, dispatch.test.ts) cover its other defects: it does not register again after a lost connection,
// does not survive a frozen server, may have stored an event whose publish timed out, sends later what was published
// during an outage, ends the process when a handler throws, loses acknowledgements on a closed subscription, and reports
// success for a publish that the server did not answer.
import { setTimeout as delay } from 'node:timers/promises';
import type { Broker, Wire } from '../../test/broker.ts';
import { startBroker, startWire, until } from '../../test/broker.ts';
import { aBus, anEvent, closeBuses, collect, memoryPositions, store } from '../../test/bus.ts';
import type { EventBus } from '../event-bus.ts';
import { NotConnectedError } from '../event-bus.ts';
import { recordingLog } from '../testing.ts';

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

/** The ids of the events that the broker has stored, read by another bus. */
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

/** Cuts the wire and waits until the bus is up again. */
async function cut(bus: EventBus): Promise<void> {
  const { accepted } = wire;
  wire.cut();
  await until('it is up again', () => wire.accepted > accepted && bus.status === 'up');
}

/** Resolves with `stored` or with the error of the publish. */
function outcomeOf(published: Promise<void>): Promise<unknown> {
  return published.then(
    () => 'stored',
    (error: unknown) => error,
  );
}

it('keeps no process running that closes it while it waits for the silence of an empty channel', async () => {
  const timers = jest.spyOn(global, 'setTimeout');
  const bus = await aBus({ url: wire.url, positions: memoryPositions() });
  collect(bus);
  const silence = () => timers.mock.calls.findIndex(([callback]) => callback.name === 'finish');
  await until('it waits for a silence', () => silence() >= 0);

  await bus.close();

  const timer = timers.mock.results[silence()]?.value as NodeJS.Timeout;
  expect(timer.hasRef()).toBe(false);
});

it('reconnects after the server replaced its client by another one with the same id', async () => {
  const bus = await aBus({ url: wire.url, clientId: 'twin', group: 'twins' });
  const seen = collect(bus);
  await bus.ready();
  wire.pause('to client', true);
  const twin = await aBus({ url: broker.url, clientId: 'twin', group: 'twins' });
  await until('the twin has replaced it', () => twin.status === 'up');
  wire.pause('to client', false);
  await until('the loss is noticed', () => bus.status === 'down');
  await twin.close();
  await until('it is up again', () => bus.status === 'up');
  await store(broker, 1);
  await until('it receives', () => seen.length > 0);
});

it('settles each publish once, although the client throws on a dead connection and calls back later', async () => {
  const bus = await upOverWire();
  const outcomes: unknown[] = [];
  let published = 0;
  const publishing = setInterval(() => {
    published += 1;
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
  await until('every publish has settled', () => outcomes.length === published);
  const expected = ['stored', 'NotConnectedError', 'UnknownOutcomeError'];
  const kinds = outcomes.map((outcome) => (outcome instanceof Error ? outcome.name : outcome));
  expect(kinds.filter((kind) => !expected.includes(String(kind)))).toEqual([]);
});

it('has at most 256 publishes in flight, because the client sends above its limit in spite of its error', async () => {
  const bus = await upOverWire();
  wire.pause('to client', true);
  const events = Array.from({ length: 400 }, () => anEvent());
  const outcomes = events.map((event) => outcomeOf(bus.publish(event)));
  let stored: string[] = [];
  const end = Date.now() + 4_000;
  while (stored.length < 256 && Date.now() < end) stored = await storedIds();
  expect(stored).toHaveLength(256);
  wire.pause('to client', false);
  expect(new Set(await Promise.all(outcomes))).toEqual(new Set(['stored']));
  expect((await storedIds()).toSorted()).toEqual(events.map(({ id }) => id).toSorted());
});

it('reconnects when a subscription times out, because the client could not acknowledge its messages', async () => {
  await store(broker, 1);
  const bus = await aBus({ url: wire.url, group: 'timing-out' });
  await until('it is up', () => bus.status === 'up');
  wire.pause('to client', true);
  const seen = collect(bus);
  await until('the connection is replaced', () => wire.connections === 0, 10_000);
  wire.pause('to client', false);
  await bus.ready();
  await until('it receives', () => seen.length > 0);
  await bus.close();
  const later = collect(await aBus({ url: broker.url, group: 'timing-out' }));
  const [id] = await store(broker, 1);
  await until('the next one arrives', () => later.length > 0);
  expect(later).toEqual([id]);
});

it('keeps one connection, although the client emits close twice and gives up after a failed first connect', async () => {
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

it('has an event redelivered when the connection closed before its acknowledgement, where the client throws', async () => {
  const [id] = await store(broker, 1);
  const { log, lines } = recordingLog();
  const bus = await aBus({ url: wire.url, group: 'acking', log });
  const started: string[] = [];
  let finish: () => void = () => undefined;
  bus.subscribe(channel, (_, event) => {
    started.push(event.id);
    return new Promise((resolve) => (finish = resolve));
  });
  await until('the handler has started', () => started.length > 0);
  wire.pause('to broker', true);
  wire.cut();
  await until('the loss is noticed', () => bus.status === 'down');
  finish();
  wire.pause('to broker', false);
  const notAcknowledged = () => lines.find(({ msg }) => msg === 'event not acknowledged');
  await until('the missing acknowledgement is logged', () => notAcknowledged() !== undefined);
  expect(notAcknowledged()).toMatchObject({ err: { type: 'NotConnectedError' } });
  await until('it is delivered again', () => started.length > 1);
  finish();
  await bus.close();
  expect(started).toEqual([id, id]);
});

it('does not close the next connection with the same id when it discards the previous one', async () => {
  const bus = await upOverWire();
  const release = wire.pauseOpenConnections();
  const seen = collect(bus);
  await bus.ready();
  release();
  await store(broker, 1);
  await bus.publish(anEvent());
  await until('both arrive at once', () => seen.length >= 2, 5_000);
});

it('reconnects when the server accepts the connection but never answers, where the client waits without limit', async () => {
  wire.pause('to client', true);
  const bus = await aBus({ url: wire.url });
  await until('it connects again', () => wire.accepted > 1);
  wire.pause('to client', false);
  await until('it is up', () => bus.status === 'up');
});

it('reconnects after a refused subscription without breaking the client, which still uses the old connection', async () => {
  const bus = await upOverWire();
  const { accepted } = wire;

  bus.subscribe('no.*' as 'order:created', () => Promise.resolve()); // an invalid channel name

  await until('it has reconnected three times', () => wire.accepted >= accepted + 3);
  expect(bus.status).toBe('down');
});

it('does not say that a channel is empty: where its monitor does, an observation waits for no silence', async () => {
  const bus = await aBus({ url: wire.url, monitorUrl: broker.monitorUrl });
  const { replayed } = bus.observe(channel, () => undefined, { sinceMs: 60_000 });
  await bus.ready();
  wire.pause('to client', true); // no answer of the broker can start the silence

  await replayed;
});

it('sends what a channel has after its monitor says that it has something: an observation waits for it', async () => {
  const ids = await store(broker, 300);
  const bus = await aBus({ url: wire.url, monitorUrl: broker.monitorUrl });
  const seen: string[] = [];
  const { replayed } = bus.observe(channel, (_, { id }) => void seen.push(id), { sinceMs: 60_000 });
  const whenReplayed = jest.fn();
  void replayed.then(whenReplayed);
  await bus.ready();
  wire.pause('to client', true);
  await delay(500); // longer than the monitor takes
  expect(whenReplayed).not.toHaveBeenCalled();

  wire.pause('to client', false);
  await replayed;

  expect(seen).toEqual(ids);
});
