import { jetstreamManager } from '@nats-io/jetstream';
import type { JetStreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { startBroker, startWire, until } from '../../test/broker.ts';
import type { Broker } from '../../test/broker.ts';
import { aBus, anEvent, closeBuses, collect, store } from '../../test/bus.ts';
import { handlesEvents } from '../../test/event-bus-contract.ts';

handlesEvents('jetstream');

describe('on JetStream alone', () => {
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

  it('asks for what was published before when its group is new to the stream, and only then', async () => {
    await store(broker, 1);
    const about = { url: broker.url, eventBus, group: 'new' } as const;
    const afterReset = jest.fn();
    const bus = await aBus({ ...about, afterReset });
    collect(bus);
    await bus.ready();
    expect(afterReset).toHaveBeenCalledTimes(1);
    await bus.close();

    const notAgain = jest.fn();
    const later = await aBus({ ...about, afterReset: notAgain });
    collect(later);
    await later.ready();
    expect(notAgain).not.toHaveBeenCalled();
  });

  it('makes one stream and one place for a group however many replicas start at once', async () => {
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

  it('takes the stream as an operator has set it', async () => {
    const changed = { max_age: 0, description: 'kept for ever' };
    await manage(({ streams }) => streams.add({ name: 'TICKETING', subjects: ['events.>'], ...changed }));
    const bus = await aBus({ url: broker.url, eventBus });
    await until('it is up', () => bus.status === 'up');
    await bus.publish(anEvent());
    const { config, state } = await manage(({ streams }) => streams.info('TICKETING'));
    expect(config).toMatchObject(changed);
    expect(state.messages).toBe(1);
  });

  it('makes its consumer or the whole stream anew when somebody has deleted it', async () => {
    const bus = await aBus({ url: broker.url, eventBus, group: 'unlucky' });
    const seen = collect(bus);
    await bus.ready();
    await manage(({ consumers }) => consumers.delete('TICKETING', 'unlucky_expiration-complete'));
    await until('that is noticed', () => bus.status === 'down');
    await until('it is up again', () => bus.status === 'up');
    await bus.publish(anEvent());
    await until('it receives', () => seen.length >= 1);

    await manage(({ streams }) => streams.delete('TICKETING'));
    await until('that is noticed', () => bus.status === 'down');
    await until('it is up again', () => bus.status === 'up');
    await bus.publish(anEvent());
    await until('it receives', () => seen.length >= 2);
  });

  it('shows an observer that has seen nothing yet only what came after it began, also over a restart', async () => {
    const wire = await startWire(broker);
    // The broker's clock seems to be behind by as much as its answers are late.
    wire.hold('to client', true);
    const late = setInterval(() => [false, true].forEach((isHeld) => wire.hold('to client', isHeld)), 100);
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
      await until('it is seen', () => seen.length > 0);
      expect(seen).toEqual(ids);
    } finally {
      clearInterval(late);
      await wire.stop();
    }
  });
});
