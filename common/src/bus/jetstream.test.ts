import type { JetStreamManager } from '@nats-io/jetstream';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import type { Broker } from '../../test/broker.ts';
import { startBroker, startWire, until } from '../../test/broker.ts';
import { aBus, anEvent, closeBuses, collect, store } from '../../test/bus.ts';
import { handlesEvents } from '../../test/event-bus-contract.ts';
import { UnknownOutcomeError } from '../event-bus.ts';

handlesEvents('jetstream');

describe('only on JetStream', () => {
  let broker: Broker;
  const eventBus = 'jetstream';

  beforeEach(async () => {
    broker = await startBroker(eventBus);
  });
  afterEach(async () => {
    await closeBuses();
    await broker.stop();
  });

  async function manage<T>(work: (manager: JetStreamManager) => Promise<T>): Promise<T> {
    const nc = await connect({ servers: `127.0.0.1:${broker.port}` });
    try {
      return await work(await jetstreamManager(nc));
    } finally {
      await nc.close();
    }
  }

  it('creates one stream and one consumer per group when six replicas start at once', async () => {
    const buses = await Promise.all(
      Array.from({ length: 6 }, () => aBus({ url: broker.url, eventBus, group: 'replicas' })),
    );
    const seen = buses.map(collect);
    await Promise.all(buses.map((bus) => bus.ready()));
    const ids = await store(broker, 30);
    await until('all arrived', () => seen.flat().length >= 30);
    expect(seen.flat().toSorted()).toEqual(ids.toSorted());
    const durables = await manage(async ({ consumers }) => {
      const found = await consumers.list('TICKETING').next();
      return found.map(({ config }) => config.durable_name);
    });
    expect(durables).toEqual(['replicas_expiration-complete']);
  });

  it('leaves the options of an existing stream unchanged', async () => {
    const changed = { max_age: 0, description: 'kept forever' };
    await manage(({ streams }) => streams.add({ name: 'TICKETING', subjects: ['events.>'], ...changed }));
    const bus = await aBus({ url: broker.url, eventBus });
    await until('it is up', () => bus.status === 'up');
    await bus.publish(anEvent());
    const { config, state } = await manage(({ streams }) => streams.info('TICKETING'));
    expect(config).toMatchObject(changed);
    expect(state.messages).toBe(1);
  });

  it('refuses events above the size limit, keeps the oldest one, and accepts events once there is room', async () => {
    const bus = await aBus({ url: broker.url, eventBus, maxLogBytes: 4_096 });
    await until('it is up', () => bus.status === 'up');
    const fill = async () => {
      for (;;) await bus.publish(anEvent());
    };
    await expect(fill()).rejects.toThrow(UnknownOutcomeError);
    await expect(bus.publish(anEvent())).rejects.toThrow('maximum bytes exceeded');
    const full = await manage(({ streams }) => streams.info('TICKETING'));
    expect(full.state.first_seq).toBe(1);
    expect(bus.status).toBe('up');

    await manage(({ streams }) => streams.update('TICKETING', { max_bytes: 8_192 }));
    await bus.publish(anEvent());
  });

  it('uses a stream that another process created with most of the storage', async () => {
    const small = await startBroker(eventBus, { maxStore: 7_000 });
    const options = { url: small.url, eventBus, maxLogBytes: 6_000 } as const;
    const buses = [await aBus(options), await aBus(options), await aBus(options)];
    for (const bus of buses) await until('it is up', () => bus.status === 'up', 10_000);
    await closeBuses();
    await small.stop();
  });

  it('recreates its consumer or the whole stream after an operator deleted it', async () => {
    const bus = await aBus({ url: broker.url, eventBus, group: 'unlucky' });
    const seen = collect(bus);
    await bus.ready();
    // The bus may be up again before the answer to the deletion is read.
    const noticed = () => until('the bus notices it', () => bus.status === 'down');
    await Promise.all([
      noticed(),
      manage(({ consumers }) => consumers.delete('TICKETING', 'unlucky_expiration-complete')),
    ]);
    await until('it is up again', () => bus.status === 'up');
    await bus.publish(anEvent());
    await until('it receives', () => seen.length >= 1);

    await Promise.all([noticed(), manage(({ streams }) => streams.delete('TICKETING'))]);
    await until('it is up again', () => bus.status === 'up');
    await bus.publish(anEvent());
    await until('it receives', () => seen.length >= 2);
  });

  it('delivers only later events to a new observer, also after a restart of the broker', async () => {
    const wire = await startWire(broker);
    // Delayed answers make the broker's clock look late.
    wire.pause('to client', true);
    const late = setInterval(
      () => [false, true].forEach((isPaused) => wire.pause('to client', isPaused)),
      100,
    );
    try {
      const bus = await aBus({ url: wire.url, eventBus });
      await until('it is up', () => bus.status === 'up');
      const seen: string[] = [];
      await store(broker, 3);
      await bus.observe('expiration:complete', (_, { id }) => void seen.push(id)).replayed;
      expect(seen).toEqual([]);
      await broker.kill();
      await until('the loss is noticed', () => bus.status === 'down');
      await broker.start();
      await until('it is up again', () => bus.status === 'up');
      const ids = await store(broker, 1);
      await until('the event is observed', () => seen.length > 0);
      expect(seen).toEqual(ids);
    } finally {
      clearInterval(late);
      await wire.stop();
    }
  });
});
