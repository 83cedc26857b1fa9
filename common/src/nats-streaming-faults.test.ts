import { startBroker, startWire, until } from '../test/broker.ts';
import type { Broker } from '../test/broker.ts';
import { aBus, anEvent, closeBuses, collect } from '../test/bus.ts';
import type { EventBus } from './event-bus.ts';

let broker: Broker;

beforeEach(async () => {
  broker = await startBroker();
});
afterEach(async () => {
  await closeBuses();
  await broker.stop();
});

/** Publishes as fast as it can with 64 at a time, until stopped; keeps what was acknowledged. */
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

it('loses nothing that was acknowledged when the broker is killed under load', async () => {
  const publisher = await aBus({ url: broker.url });
  const consumer = await aBus({ url: broker.url });
  const seen = collect(consumer);
  await consumer.ready();
  const { acked, stop } = load(publisher);
  for (let kills = 1; kills <= 5; kills += 1) {
    const before = acked.length;
    await until('much is acknowledged', () => acked.length > before + 500, 30_000);
    await broker.kill();
    await broker.start();
  }
  const before = acked.length;
  await until('it goes on', () => acked.length > before + 500, 30_000);
  await stop();
  await until('all arrived', () => missing(acked, seen).length === 0, 30_000);
  expect(acked.length).toBeGreaterThan(3_000);
}, 120_000);

it('loses nothing that was acknowledged when connections are cut under load', async () => {
  const wire = await startWire(broker);
  const publisher = await aBus({ url: wire.url });
  const consumers = [
    await aBus({ url: wire.url, group: 'both' }),
    await aBus({ url: broker.url, group: 'both' }),
  ];
  const [seen1 = [], seen2 = []] = consumers.map(collect);
  await Promise.all(consumers.map((bus) => bus.ready()));
  const { acked, stop } = load(publisher);
  for (let cuts = 1; cuts <= 10; cuts += 1) {
    const before = acked.length;
    await until('some are acknowledged', () => acked.length > before + 200, 30_000);
    wire.cut();
  }
  await stop();
  await until('all arrived', () => missing(acked, seen1, seen2).length === 0, 30_000);
  await wire.stop();
}, 120_000);

it('comes back when the broker is killed again while it recovers', async () => {
  const bus = await aBus({ url: broker.url });
  const seen = collect(bus);
  await bus.ready();
  for (let kills = 0; kills < 5; kills += 1) {
    await broker.kill();
    await broker.start();
  }
  await until('it is up', () => bus.status === 'up', 30_000);
  await bus.publish(anEvent());
  await until('it receives', () => seen.length > 0);
}, 60_000);
