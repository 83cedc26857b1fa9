import { cloudEvent, newId } from '@ticketing/common';
import { eventually, silentLog } from '@ticketing/common/testing';
import type { Broker } from '../../common/test/broker.ts';
import { startBroker } from '../../common/test/broker.ts';
import type { TestBus } from '../../common/test/bus.ts';
import { aBus, closeBuses, storeRaw } from '../../common/test/bus.ts';
import { subscribe } from '../src/listeners/index.ts';
import { findOrder } from '../src/models/order.ts';
import { anOrder, paymentData } from './fixtures.ts';
import { useService } from './setup.ts';

const { service } = useService();

describe.each(['nats-streaming', 'jetstream'] as const)('an event that %s delivers', (eventBus) => {
  let broker: Broker;
  let bus: TestBus;
  beforeAll(async () => {
    broker = await startBroker(eventBus);
    bus = await aBus({ url: broker.url, eventBus, group: 'orders' });
    subscribe(bus, service.outbox, silentLog);
    await bus.ready();
  });
  afterAll(async () => {
    await closeBuses();
    await broker.stop();
  });

  it.each([
    ['payment:authorized', 'authorized', 'created', 'awaiting:payment'],
    ['payment:created', 'captured', 'awaiting:payment', 'complete'],
  ] as const)(
    'becomes a dead letter and leaves the order as it is when another service publishes %s',
    async (type, status, from, to) => {
      const order = await anOrder({ status: from, ticketConfirmed: true });
      const publish = (source: string) => {
        const about = { id: `payment:${newId()}:1`, source, subject: order._id };
        return storeRaw(
          broker,
          type,
          JSON.stringify(cloudEvent(type, about, paymentData(order, { status }))),
        );
      };
      const before = await findOrder(order._id);

      await publish('expiration');

      await eventually(() => bus.deadLetters.some(({ channel }) => channel === type));
      const [deadLetter] = bus.deadLetters.filter(({ channel }) => channel === type);
      expect(deadLetter).toMatchObject({
        event: { source: 'expiration', data: { orderId: order._id } },
        error: `InvalidEventError: ${type} is published by payments, not by expiration`,
        attempts: 1,
      });
      expect(await findOrder(order._id)).toEqual(before);

      await publish('payments'); // The same event changes the order when its owner publishes it.
      await eventually(async () => (await findOrder(order._id))?.status === to);
    },
  );
});
