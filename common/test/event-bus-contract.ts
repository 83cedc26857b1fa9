// The specification of an event bus. The tests of every implementation run all of it.
import { register } from 'prom-client';
import { eventReader, InvalidEventError } from '../src/check-event.ts';
import type { EventBus, Observation } from '../src/event-bus.ts';
import { NotConnectedError, NotSubscribedError, UnknownOutcomeError } from '../src/event-bus.ts';
import type { EventName } from '../src/events.ts';
import { cloudEvent } from '../src/events.ts';
import { metricValue } from '../src/testing.ts';
import type { Broker, BrokerKind } from './broker.ts';
import { startBroker, startWire, until } from './broker.ts';
import type { TestBus } from './bus.ts';
import { aBus, anEvent, closeBuses, collect, memoryPositions, store, storeRaw } from './bus.ts';

const channel = 'expiration:complete';
let broker: Broker;

/** Starts a broker for each test of the file. */
function useBroker(kind: BrokerKind) {
  beforeEach(async () => {
    broker = await startBroker(kind);
  });
  afterEach(async () => {
    await closeBuses();
    await broker.stop();
  });
}

function connect(options: Parameters<typeof aBus>[0]): Promise<TestBus> {
  return aBus({ eventBus: broker.kind, ...options });
}

/** Publishes as fast as it can, 64 events at a time, until stopped. `acked` are the ids of the stored events. */
function load(bus: EventBus) {
  const acked: string[] = [];
  let stopped = false;
  const publisher = async () => {
    while (!stopped) {
      const event = anEvent();
      await bus.publish(event).then(
        () => acked.push(event.id),
        () => until('it is up or stopped', () => stopped || bus.status === 'up', 30_000),
      );
    }
  };
  const ended = Promise.all(Array.from({ length: 64 }, publisher));
  return {
    acked,
    stop: async () => {
      stopped = true;
      await ended;
    },
  };
}

function missing(acked: string[], ...seen: string[][]): string[] {
  const arrived = new Set(seen.flat());
  return acked.filter((id) => !arrived.has(id));
}

function allArrived(acked: string[], ...seen: string[][]): Promise<void> {
  // To compare tens of thousands of ids each millisecond would leave the bus no time.
  return until('all arrived', () => missing(acked, ...seen).length === 0, 60_000, 100);
}

function observe(bus: EventBus, options?: { sinceMs: number }): Observation & { seen: string[] } {
  const seen: string[] = [];
  return { ...bus.observe(channel, (_, { id }) => void seen.push(id), options), seen };
}

/** The ids of the events that the broker has stored, read by another bus. */
async function storedIds(): Promise<string[]> {
  const bus = await connect({ url: broker.url });
  const { replayed, seen } = observe(bus, { sinceMs: 3_600_000 });
  await replayed;
  await bus.close();
  return seen;
}

export function handlesEvents(kind: BrokerKind) {
  useBroker(kind);

  it('delivers events that were published before the group existed', async () => {
    const ids = await store(broker, 3);
    const seen = collect(await connect({ url: broker.url }));
    await until('all arrived', () => seen.length >= 3);
    expect(seen.toSorted()).toEqual(ids.toSorted());
  });

  it('delivers each event to every group, and within a group to one member', async () => {
    const buses = [
      await connect({ url: broker.url, group: 'a' }),
      await connect({ url: broker.url, group: 'a' }),
      await connect({ url: broker.url, group: 'b' }),
    ];
    const [a1 = [], a2 = [], b = []] = buses.map(collect);
    await Promise.all(buses.map((bus) => bus.ready()));
    const ids = await store(broker, 40);
    await until('all arrived', () => a1.length + a2.length >= 40 && b.length >= 40);
    expect([...a1, ...a2].toSorted()).toEqual(ids.toSorted());
    expect(b.toSorted()).toEqual(ids.toSorted());
    expect(Math.min(a1.length, a2.length)).toBeGreaterThan(0);
  });

  it('starts while the broker is unavailable, and is ready once the broker runs', async () => {
    await broker.kill();
    const bus = await connect({ url: broker.url });
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

  it('rejects a publish of an invalid event or of more than 256 KiB, and stays up', async () => {
    const bus = await connect({ url: broker.url });
    await until('it is up', () => bus.status === 'up');
    const wrong = { ...anEvent(), data: { orderId: 'x', expiresAt: 'y' } };
    await expect(bus.publish(wrong)).rejects.toThrow(InvalidEventError);
    const about = { id: 'resync:1', source: 'tickets', subject: 'resync' };
    const data = { id: '1', subjects: ['x'.repeat(256 * 1024)], activeOnly: false };
    await expect(bus.publish(cloudEvent('resync:requested', about, data))).rejects.toThrow(/bytes/);
    expect(bus.status).toBe('up');
  });

  it('publishes an event of almost 256 KiB', async () => {
    const bus = await connect({ url: broker.url });
    await until('it is up', () => bus.status === 'up');
    const about = { id: 'resync:1', source: 'tickets', subject: 'resync' };
    const data = { id: '1', subjects: ['x'.repeat(255 * 1024)], activeOnly: false };
    await bus.publish(cloudEvent('resync:requested', about, data));
  });

  it('receives an event again when it was not handled in time', async () => {
    await store(broker, 1);
    const bus = await connect({ url: broker.url });
    const attempts: number[] = [];
    const startedAt = Date.now();
    bus.subscribe(channel, () => {
      attempts.push(Date.now() - startedAt);
      return Date.now() - startedAt < 9_500 ? Promise.reject(new Error('not yet')) : Promise.resolve();
    });
    await until('it is handled', () => attempts.some((at) => at >= 9_500), 25_000);
    expect(attempts.filter((at) => at < 9_500).length).toBeGreaterThan(3);
    expect(bus.deadLetters).toEqual([]);
  });

  it('handles events of a later version without its fields, and leaves its types to a replica of that version', async () => {
    const event = anEvent();
    await storeRaw(broker, channel, JSON.stringify({ ...event, data: { ...event.data, graceSeconds: 30 } }));
    const reader = await connect({ url: broker.url });
    const seen = collect(reader);
    await until('the event without the field is handled', () => seen.length > 0);
    expect(seen).toEqual([event.id]);

    let postponed = 0;
    const read = (value: unknown, name?: EventName) => {
      postponed += 1;
      return eventReader({})(value, name); // a version from before the event
    };
    const old = await connect({ url: broker.url, group: 'mixed', read });
    collect(old);
    await until('the earlier version has received it', () => postponed > 0);
    const current = await connect({ url: broker.url, group: 'mixed' });
    const handled = collect(current);
    await until('the present version has handled it', () => handled.length > 0, 60_000);
    expect([old.deadLetters, current.deadLetters, reader.deadLetters]).toEqual([[], [], []]);
  }, 90_000);

  it('has the counter of dead letters exist with 0 as soon as it subscribes', async () => {
    const bus = await connect({ url: broker.url });
    const unused = 'user:updated';
    bus.subscribe(unused, () => Promise.resolve());

    const counter = await register.getSingleMetric('ticketing_bus_dead_letters_total')?.get();
    expect(counter?.values).toContainEqual(
      expect.objectContaining({ labels: { channel: unused }, value: 0 }),
    );
  });

  it('acknowledges a dead letter, so that its group does not receive it again', async () => {
    await storeRaw(broker, channel, 'not even JSON');
    const bus = await connect({ url: broker.url, group: 'dead-lettering' });
    collect(bus);
    await until('it is dead-lettered', () => bus.deadLetters.length > 0);
    expect(bus.deadLetters).toMatchObject([{ id: `${channel}:1`, channel, attempts: 1 }]);
    await bus.close();
    const later = await connect({ url: broker.url, group: 'dead-lettering' });
    const seen = collect(later);
    const ids = await store(broker, 1);
    await until('the next one is handled', () => seen.length > 0);
    expect(seen).toEqual(ids);
    expect(later.deadLetters).toEqual([]);
  });

  it('handles an event again on request, in this service only, and after the others of its aggregate', async () => {
    const [bus, other] = [await connect({ url: broker.url }), await connect({ url: broker.url })];
    const [event, next] = [anEvent('one aggregate'), anEvent('one aggregate')];
    const seen: string[] = [];
    let finishFirst: () => void = () => undefined;
    bus.subscribe(channel, (_, { id }) => {
      seen.push(id);
      return id === event.id ? new Promise((resolve) => (finishFirst = resolve)) : Promise.resolve();
    });
    const seenByOther = collect(other);

    const handled = Promise.all([bus.handle(event), bus.handle(next)]);
    await until('the first one is being handled', () => seen.length === 1);
    finishFirst();
    await handled;

    expect([seen, seenByOther]).toEqual([[event.id, next.id], []]);
    await expect(bus.handle({ ...event, data: { orderId: 7 } as never })).rejects.toThrow(InvalidEventError);
    await expect(other.handle({ ...event, type: 'user:updated' })).rejects.toThrow(NotSubscribedError);
  });

  it('stays up while an observation that is aside is not active yet, and reads the log for it', async () => {
    const ids = await store(broker, 3);
    const bus = await connect({ url: broker.url });
    await until('it is up', () => bus.status === 'up');
    const seen: string[] = [];

    const observation = bus.observe(channel, (_, { id }) => void seen.push(id), {
      sinceMs: 60_000,
      isAside: true,
    });

    expect(bus.status).toBe('up');
    await observation.replayed;
    observation.close();
    expect([seen, bus.status]).toEqual([ids, 'up']);
  });

  it('dead-letters invalid messages and handles the next event', async () => {
    await storeRaw(broker, channel, 'not even JSON');
    await storeRaw(broker, channel, JSON.stringify({ ...anEvent(), data: { orderId: 7 } }));
    const [id] = await store(broker, 1);
    const bus = await connect({ url: broker.url });
    const seen = collect(bus);
    await until('the event arrived', () => seen.length > 0);
    await until('both are dead-lettered', () => bus.deadLetters.length >= 2);
    expect(seen).toEqual([id]);
    expect(bus.deadLetters.map(({ event }) => event)).toContain('not even JSON');
  });

  it('handles the events of one aggregate in order, and those of other aggregates concurrently', async () => {
    const ids = await store(broker, 20, 'one aggregate');
    const others = await store(broker, 20);
    const bus = await connect({ url: broker.url });
    const seen: string[] = [];
    let finishFirst: () => void = () => undefined;
    bus.subscribe(channel, (_, { id }) => {
      seen.push(id);
      return id === ids[0] ? new Promise((resolve) => (finishFirst = resolve)) : Promise.resolve();
    });
    await until('the others are handled', () => others.every((id) => seen.includes(id)));
    expect(seen.filter((id) => ids.includes(id))).toEqual(ids.slice(0, 1));
    finishFirst();
    await until('all are handled', () => seen.length >= 40);
    expect(seen.filter((id) => ids.includes(id))).toEqual(ids);
  });

  it('delivers an event twice when it is published twice', async () => {
    const bus = await connect({ url: broker.url });
    const seen = collect(bus);
    await bus.ready();
    const event = anEvent();
    await bus.publish(event);
    await until('it arrived', () => seen.length >= 1);
    await bus.publish(event);
    await until('it arrived again', () => seen.length >= 2);
    expect(seen).toEqual([event.id, event.id]);
  });

  it('keeps the position of a group while none of its members is connected', async () => {
    const first = await store(broker, 2);
    const bus = await connect({ url: broker.url, group: 'durable' });
    const seen = collect(bus);
    await until('the first arrived', () => seen.length >= 2);
    await bus.close();
    const second = await store(broker, 2);
    const seenLater = collect(await connect({ url: broker.url, group: 'durable' }));
    await until('the second arrived', () => seenLater.length >= 2);
    expect(seen.toSorted()).toEqual(first.toSorted());
    expect(seenLater.toSorted()).toEqual(second.toSorted());
  });

  it('finishes the running handler when it closes, and leaves later events to other members', async () => {
    const ids = await store(broker, 3, 'one aggregate');
    const bus = await connect({ url: broker.url, group: 'closing' });
    const started: string[] = [];
    let finish: () => void = () => undefined;
    bus.subscribe(channel, (_, { id }) => {
      started.push(id);
      return new Promise((resolve) => (finish = resolve));
    });
    await until('the first handler has started', () => started.length > 0);
    const closing = bus.close();
    await store(broker, 1);
    expect(bus.status).toBe('up');
    finish();
    await closing;
    expect(started).toEqual(ids.slice(0, 1));
    expect(bus.status).toBe('closed');
    await expect(bus.publish(anEvent())).rejects.toThrow(NotConnectedError);

    const others = collect(await connect({ url: broker.url, group: 'closing' }));
    await until('the others arrived', () => others.length >= 3);
    expect(others).toHaveLength(3);
    expect(others).toEqual(expect.arrayContaining(ids.slice(1)));
  });

  it('closes while the broker is unavailable', async () => {
    await broker.kill();
    const bus = await connect({ url: broker.url });
    collect(bus);
    await bus.close();
    expect(bus.status).toBe('closed');
  });

  it('closes at once when the connection is lost while it disconnects', async () => {
    const wire = await startWire(broker);
    const bus = await connect({ url: wire.url });
    await until('it is up', () => bus.status === 'up');
    wire.pause('to client', true);
    const closed = jest.fn();
    const closing = bus.close().then(closed);
    wire.cut();
    await until('it is closed', () => closed.mock.calls.length > 0, 2_000);
    await closing;
    await wire.stop();
  });

  it('closes after 10 seconds although a handler is still running', async () => {
    await store(broker, 1);
    const bus = await connect({ url: broker.url });
    const started = jest.fn();
    bus.subscribe(channel, () => {
      started();
      return new Promise(() => undefined);
    });
    await until('the handler has started', () => started.mock.calls.length > 0);
    const startedAt = Date.now();
    await bus.close();
    expect(Date.now() - startedAt).toBeGreaterThan(9_900);
    expect(bus.status).toBe('closed');
  });

  it('reports how many events its group has not acknowledged', async () => {
    const bus = await connect({ url: broker.url, monitorUrl: broker.monitorUrl, group: 'behind' });
    let finish: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (finish = resolve));
    bus.subscribe(channel, () => held);
    bus.observe('session:ended', () => undefined);
    await bus.ready();
    await store(broker, 3);
    let lag: number | undefined;
    const timer = setInterval(
      () => void metricValue('ticketing_bus_lag', { channel }).then((value) => (lag = value)),
      50,
    );

    try {
      await until('it counts three', () => lag === 3, 60_000);
      finish();
      await until('it counts none', () => lag === 0, 60_000);
    } finally {
      clearInterval(timer);
    }
  }, 150_000);

  it('rejects a malformed URL', async () => {
    await expect(connect({ url: 'nats://:::' })).rejects.toThrow();
  });
}

/** A process of the group `orders` on the store `positions`; `seen` are the ids that it handled. */
async function startMember(positions: ReturnType<typeof memoryPositions>) {
  const afterLoss = jest.fn(() => Promise.resolve());
  const bus = await connect({ url: broker.url, group: 'orders', positions, afterLoss });
  const seen = collect(bus);
  await bus.ready();
  return { bus, seen, afterLoss };
}

/** Has the group `orders` handle `count` new events and stop; returns their ids. */
async function handle(positions: ReturnType<typeof memoryPositions>, count: number): Promise<string[]> {
  const { bus, seen } = await startMember(positions);
  await until('the position is compared', () => positions.stored.has(channel));
  const ids = await store(broker, count);
  await until('all arrived', () => ids.every((id) => seen.includes(id)));
  await bus.close();
  return ids;
}

/** What a service does about events that it has not handled although the broker counts them as handled. */
export function comparesPositions(kind: BrokerKind) {
  useBroker(kind);

  it('handles each event once when nothing was lost, over a restart of the service', async () => {
    const positions = memoryPositions();
    await handle(positions, 5);
    const { seen, afterLoss } = await startMember(positions);
    const ids = await store(broker, 2);
    await until('the position is at the end', () => positions.stored.get(channel)?.sequence === 7, 90_000);
    expect(seen.toSorted()).toEqual(ids.toSorted());
    expect(afterLoss).not.toHaveBeenCalled();
  }, 120_000);

  it('reports no loss after a restart of the broker', async () => {
    const positions = memoryPositions();
    await handle(positions, 5);
    const { seen, afterLoss } = await startMember(positions);
    await broker.kill();
    await broker.start();
    const ids = await store(broker, 2);
    await until('both arrived', () => ids.every((id) => seen.includes(id)));
    await until('the position is at the end', () => positions.stored.get(channel)?.sequence === 7, 90_000);
    expect(afterLoss).not.toHaveBeenCalled();
  }, 120_000);

  it('handles the events again after a reconnect that the broker counts as handled, and no others', async () => {
    const positions = memoryPositions();
    const [first = ''] = await handle(positions, 1);
    const { seen, afterLoss } = await startMember(positions);
    // Another member acknowledges what it does not handle, as a broker does that loses deliveries.
    const other = await connect({ url: broker.url, group: 'orders' });
    const lost = collect(other);
    await other.ready();
    const ids = await store(broker, 20);
    await until('all arrived', () => ids.every((id) => seen.includes(id) || lost.includes(id)));
    expect(lost.length).toBeGreaterThan(0);
    await other.close();

    await broker.kill();
    await broker.start();
    await until('the lost events arrived', () => lost.every((id) => seen.includes(id)));
    expect(seen).not.toContain(first);
    expect(afterLoss).not.toHaveBeenCalled();
  }, 120_000);

  it('handles the events again that came after the backup from which the store was restored, and no others', async () => {
    const positions = memoryPositions();
    await handle(positions, 3);
    const backup = new Map(positions.stored);
    const missing = await handle(positions, 4);
    positions.stored.clear();
    for (const [name, position] of backup) positions.stored.set(name, position);

    const { seen, afterLoss, bus } = await startMember(positions);
    await until('the missing events arrived', () => missing.every((id) => seen.includes(id)));
    await bus.close();
    expect(seen.toSorted()).toEqual(missing.toSorted());
    expect(afterLoss).not.toHaveBeenCalled();
    expect(positions.stored.get(channel)?.sequence).toBe(7);
  }, 120_000);

  it('keeps the position until an event that is handled again succeeds', async () => {
    const positions = memoryPositions();
    await handle(positions, 1);
    const backup = new Map(positions.stored);
    const missing = await handle(positions, 2);
    for (const [name, position] of backup) positions.stored.set(name, position);
    const failing = await connect({ url: broker.url, group: 'orders', positions });
    const attempts = jest.fn(() => Promise.reject(new Error('not yet')));
    failing.subscribe(channel, attempts);
    await until('both were tried', () => attempts.mock.calls.length >= 2);
    await failing.close();
    expect(positions.stored.get(channel)).toEqual(backup.get(channel));

    const { seen } = await startMember(positions);
    await until('the missing events arrived', () => missing.every((id) => seen.includes(id)));
  }, 120_000);
}

/** What a service does about a broker that lost events, or a store that lost its positions: it has them published again. */
export function reportsLosses(kind: BrokerKind) {
  useBroker(kind);

  it('reports a loss when the log was wiped while the service was stopped, and only once', async () => {
    const positions = memoryPositions();
    await handle(positions, 3);
    await broker.kill();
    await broker.wipe();
    await broker.start();
    await store(broker, 5); // the new log is longer than the old one
    const first = await startMember(positions);
    await until('the loss is reported', () => first.afterLoss.mock.calls.length > 0);
    await until('the position is compared', () => positions.stored.get(channel)?.sequence === 5);
    await first.bus.close();
    const second = await startMember(positions);
    const [last] = await store(broker, 1);
    await until('a new event arrived', () => second.seen.includes(String(last)));
    await until('the position is at the end', () => positions.stored.get(channel)?.sequence === 6, 90_000);
    expect(first.afterLoss).toHaveBeenCalledTimes(1);
    expect(second.afterLoss).not.toHaveBeenCalled();
  }, 150_000);

  it('reports a loss when the log is empty', async () => {
    const positions = memoryPositions();
    await handle(positions, 3);
    await broker.kill();
    await broker.wipe();
    await broker.start();
    const { afterLoss } = await startMember(positions);
    await until('the loss is reported', () => afterLoss.mock.calls.length > 0);
  }, 120_000);

  it('reports a loss when the log was wiped while the service runs', async () => {
    const positions = memoryPositions();
    await handle(positions, 3);
    const { afterLoss, seen } = await startMember(positions);
    const ids = await store(broker, 1);
    await until('the event arrived', () => ids.every((id) => seen.includes(id)));
    await broker.kill();
    await broker.wipe();
    await broker.start();
    await until('the loss is reported', () => afterLoss.mock.calls.length > 0);
  }, 120_000);

  it('reports a loss again until it is dealt with, also in the next process', async () => {
    const positions = memoryPositions();
    await handle(positions, 3);
    const before = positions.stored.get(channel);
    await broker.kill();
    await broker.wipe();
    await broker.start();
    const afterLoss = jest.fn(() => Promise.reject(new Error('not requested')));
    const bus = await connect({ url: broker.url, group: 'orders', positions, afterLoss });
    collect(bus);
    await until('the loss is reported twice', () => afterLoss.mock.calls.length >= 2);
    await bus.close();
    expect(positions.stored.get(channel)).toEqual(before);
    const next = await startMember(positions);
    await until('the loss is reported', () => next.afterLoss.mock.calls.length > 0);
  }, 120_000);

  it('reports a loss when the store lost its position, and none when the group is new', async () => {
    await store(broker, 2);
    const { afterLoss: ofNewGroup, bus, seen } = await startMember(memoryPositions());
    await until('all arrived', () => seen.length === 2);
    await bus.close();
    const { afterLoss } = await startMember(memoryPositions());
    await until('the loss is reported', () => afterLoss.mock.calls.length > 0);
    expect(ofNewGroup).not.toHaveBeenCalled();
  }, 120_000);
}

export function observesEvents(kind: BrokerKind) {
  useBroker(kind);

  it('observes only later events by default', async () => {
    await store(broker, 3);
    const { replayed, seen } = observe(await connect({ url: broker.url }));
    await replayed;
    expect(seen).toEqual([]);
    const ids = await store(broker, 2);
    await until('both are observed', () => seen.length >= 2);
    expect(seen).toEqual(ids);
  });

  it('has observed every event stored since `sinceMs` when `replayed` resolves', async () => {
    await store(broker, 2);
    const pause = Date.now() + 3_000;
    await until('time has passed', () => Date.now() > pause);
    const ids = await store(broker, 300);
    const bus = await connect({ url: broker.url });
    await until('it is up', () => bus.status === 'up');
    const { replayed, seen } = observe(bus, { sinceMs: Date.now() - pause + 1_500 });
    await replayed;
    expect(seen).toEqual(ids);
  });

  it('resolves `replayed` for an empty channel', async () => {
    const { replayed, seen } = observe(await connect({ url: broker.url }), { sinceMs: 60_000 });
    await replayed;
    expect(seen).toEqual([]);
  });

  it('delivers every event to every observer, in order', async () => {
    const observers = await Promise.all([1, 2].map(async () => observe(await connect({ url: broker.url }))));
    await Promise.all(observers.map(({ replayed }) => replayed));
    const ids = await store(broker, 20);
    for (const { seen } of observers) {
      await until('all are observed', () => seen.length >= 20);
      expect(seen).toEqual(ids);
    }
  });

  it('observes every event exactly once across a crash of the broker', async () => {
    const { replayed, seen } = observe(await connect({ url: broker.url }));
    await replayed;
    const before = await store(broker, 10);
    await until('the first are observed', () => seen.length >= 10);
    await broker.kill();
    await broker.start();
    const after = await store(broker, 10);
    await until('all are observed', () => seen.length >= 20);
    expect(seen).toEqual([...before, ...after]);
  });

  it('observes new events after the store was recreated', async () => {
    const { replayed, seen } = observe(await connect({ url: broker.url }));
    await replayed;
    await store(broker, 10);
    await until('the first are observed', () => seen.length >= 10);
    await broker.kill();
    await broker.wipe();
    await broker.start();
    const fresh = await store(broker, 2);
    await until('the events of the new store are observed', () => seen.length >= 12);
    expect(seen.slice(10)).toEqual(fresh);
  });

  it('delivers nothing to a closed observation, and everything to an open one', async () => {
    const bus = await connect({ url: broker.url });
    const [closed, open] = [observe(bus), observe(bus)];
    await Promise.all([closed.replayed, open.replayed]);
    closed.close();
    await bus.publish(anEvent());
    await until('the open observation receives it', () => open.seen.length > 0);
    expect(closed.seen).toEqual([]);
    await until('it is up', () => bus.status === 'up');
  });

  it('is ready without an observation that was closed before the broker started', async () => {
    await broker.kill();
    const bus = await connect({ url: broker.url });
    const observation = observe(bus);
    const ready = bus.ready();
    observation.close();
    await ready;
    await bus.ready();
    await broker.start();
    await until('it is up', () => bus.status === 'up');
  });

  it('keeps observing when the observer throws', async () => {
    const bus = await connect({ url: broker.url });
    let seen = 0;
    const { replayed } = bus.observe(channel, () => {
      seen += 1;
      throw new Error('from an observer');
    });
    await replayed;
    await store(broker, 3);
    await until('all are observed', () => seen >= 3);
    expect(bus.status).toBe('up');
  });
}

export function survivesFaults(kind: BrokerKind) {
  useBroker(kind);

  it('loses no stored event when the broker is killed under load', async () => {
    const publisher = await connect({ url: broker.url });
    const consumer = await connect({ url: broker.url });
    const seen = collect(consumer);
    await consumer.ready();
    const { acked, stop } = load(publisher);
    for (let kills = 1; kills <= 5; kills += 1) {
      const before = acked.length;
      await until('500 more are stored', () => acked.length > before + 500);
      await broker.kill();
      await broker.start();
    }
    const before = acked.length;
    await until('500 more are stored after the last kill', () => acked.length > before + 500);
    await stop();
    await allArrived(acked, seen);
    expect(acked.length).toBeGreaterThan(3_000);
  }, 120_000);

  it('loses no stored event when connections are cut under load', async () => {
    const wire = await startWire(broker);
    const publisher = await connect({ url: wire.url });
    const consumers = [
      await connect({ url: wire.url, group: 'both' }),
      await connect({ url: broker.url, group: 'both' }),
    ];
    const [seen1 = [], seen2 = []] = consumers.map(collect);
    await Promise.all(consumers.map((bus) => bus.ready()));
    const { acked, stop } = load(publisher);
    for (let cuts = 1; cuts <= 10; cuts += 1) {
      const before = acked.length;
      await until('200 more are stored', () => acked.length > before + 200);
      wire.cut();
    }
    await stop();
    await allArrived(acked, seen1, seen2);
    await wire.stop();
  }, 120_000);

  it('reconnects after the broker was killed five times in a row', async () => {
    const bus = await connect({ url: broker.url });
    const seen = collect(bus);
    await bus.ready();
    for (let kills = 0; kills < 5; kills += 1) {
      await broker.kill();
      await broker.start();
    }
    await until('it is up', () => bus.status === 'up');
    await bus.publish(anEvent());
    await until('it receives', () => seen.length > 0);
  });

  it('reconnects and resubscribes each time its connection is cut', async () => {
    const wire = await startWire(broker);
    const bus = await connect({ url: wire.url });
    const seen = collect(bus);
    await bus.ready();
    for (let cuts = 1; cuts <= 3; cuts += 1) {
      const { accepted } = wire;
      wire.cut();
      await until('it is up again', () => wire.accepted > accepted && bus.status === 'up');
      await bus.publish(anEvent());
      await until('the event published after the cut arrives', () => seen.length >= cuts);
    }
    expect(wire.connections).toBe(1);
    await bus.close();
    await wire.stop();
  });

  it('is current 10 s after a connect or a freeze, and not while an event waits for its handler', async () => {
    const bus = await connect({ url: broker.url });
    let finish: () => void = () => undefined;
    bus.subscribe(channel, () => new Promise((resolve) => (finish = resolve)));
    await bus.ready();
    expect(bus.isCurrent()).toBe(false);
    await until('it is current', () => bus.isCurrent());
    broker.freeze();
    await until('it notices the freeze', () => !bus.isCurrent());
    broker.thaw();
    await until('it is current again', () => bus.isCurrent());
    await store(broker, 1);
    await until('it notices the waiting event', () => !bus.isCurrent());
    finish();
  }, 120_000);

  it('notices a frozen broker, and reconnects when it runs again', async () => {
    const bus = await connect({ url: broker.url });
    const seen = collect(bus);
    await bus.ready();
    broker.freeze();
    await until('the bus notices it', () => bus.status === 'down');
    await expect(bus.publish(anEvent())).rejects.toThrow(NotConnectedError);
    broker.thaw();
    await until('it is up again', () => bus.status === 'up');
    await bus.publish(anEvent());
    await until('it receives', () => seen.length > 0);
  });

  it("rejects with UnknownOutcomeError when the broker's answer to a publish is lost", async () => {
    const wire = await startWire(broker);
    const bus = await connect({ url: wire.url });
    await until('it is up', () => bus.status === 'up');
    wire.pause('to client', true);
    const stored = anEvent();
    await expect(bus.publish(stored)).rejects.toThrow(UnknownOutcomeError);
    wire.pause('to client', false);
    await until('it is up', () => bus.status === 'up');
    wire.pause('to broker', true);
    const lost = bus.publish(anEvent()).catch((error: unknown) => error);
    wire.cut();
    expect(await lost).toBeInstanceOf(UnknownOutcomeError);
    expect(await storedIds()).toEqual([stored.id]);
    await bus.close();
    await wire.stop();
  });

  it('never sends an event that it rejected while the broker was unavailable', async () => {
    const bus = await connect({ url: broker.url });
    await until('it is up', () => bus.status === 'up');
    await broker.kill();
    await until('the loss is noticed', () => bus.status === 'down');
    await expect(bus.publish(anEvent())).rejects.toThrow(NotConnectedError);
    await broker.start();
    await until('it is up again', () => bus.status === 'up');
    const event = anEvent();
    await bus.publish(event);
    expect(await storedIds()).toEqual([event.id]);
  });

  it('handles and acknowledges an event once when it is redelivered while in flight', async () => {
    const [id] = await store(broker, 1);
    const wire = await startWire(broker);
    const bus = await connect({ url: wire.url, group: 'slow' });
    const started: string[] = [];
    const finish: (() => void)[] = [];
    bus.subscribe(channel, (_, event) => {
      started.push(event.id);
      return new Promise((resolve) => finish.push(resolve));
    });
    await until('the handler has started', () => started.length > 0);
    const { accepted } = wire;
    wire.cut();
    await until('it is up again', () => wire.accepted > accepted && bus.status === 'up');
    const [marker] = await store(broker, 1);
    await until('it receives again', () => started.length > 1);
    for (const end of finish) end();
    await bus.close();
    expect(started).toEqual([id, marker]);
    const later = collect(await connect({ url: broker.url, group: 'slow' }));
    const next = await store(broker, 1);
    await until('the next one arrives', () => later.length > 0);
    expect(later).toEqual(next);
    await wire.stop();
  });
}
