import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  brokerUrlFor,
  brokerUsers,
  brokerUsersConfig,
  newBrokerPasswords,
  passwordVariable,
} from '../../infra/local/src/broker-users.ts';
import { NotPermittedError } from '../src/event-bus.ts';
import { eventOwners } from '../src/event-owners.ts';
import type { CloudEvent } from '../src/events.ts';
import { cloudEvent } from '../src/events.ts';
import { newId } from '../src/store/mongo.ts';
import type { Broker } from './broker.ts';
import { startBroker, until } from './broker.ts';
import { aBus, closeBuses } from './bus.ts';

const services = ['auth', 'tickets', 'orders', 'payments', 'expiration'] as const;
const passwords = newBrokerPasswords();
jest.setTimeout(120_000);

const k8s = join(import.meta.dirname, '../../infra/k8s');
const manifests = {
  'nats-streaming': join(k8s, 'base/nats/users.conf'),
  jetstream: join(k8s, 'components/jetstream/users.conf'),
};
const env = Object.fromEntries(brokerUsers.map((user) => [passwordVariable(user), passwords[user]]));

describe.each([
  ['nats-streaming', 'npm start'],
  ['jetstream', 'npm start'],
  ['nats-streaming', 'the cluster'],
  ['jetstream', 'the cluster'],
] as const)('the users of %s in %s', (eventBus, place) => {
  let broker: Broker;
  beforeAll(async () => {
    broker = await startBroker(
      eventBus,
      place === 'npm start'
        ? { users: brokerUsersConfig(eventBus, (user) => JSON.stringify(passwords[user])) }
        : { users: readFileSync(manifests[eventBus], 'utf8'), env },
    );
  });
  afterEach(closeBuses);
  afterAll(() => broker.stop());

  const busOf = async (service: (typeof services)[number]) => {
    const bus = await aBus({ url: brokerUrlFor(broker.url, service, passwords), eventBus, group: service });
    await until(`${service} is connected`, () => bus.status === 'up');
    return bus;
  };

  it.each(services)(
    'let %s publish and receive what it may, and no event of another service',
    async (service) => {
      const bus = await busOf(service);
      const received: string[] = [];
      bus.subscribe('resync:requested', (data) => Promise.resolve(void received.push(data.id)));
      await bus.observe('session:ended', () => undefined).replayed;
      await bus.ready();

      const request = resyncBy(service);
      await bus.publish(request);

      await until('the request arrives', () => received.includes(request.data.id));
      for (const event of [paymentCreated(), sessionEnded()]) {
        const isOwner = (eventOwners[event.type] as readonly string[]).includes(service);
        if (isOwner) await bus.publish(event);
        else await expect(bus.publish(event)).rejects.toThrow(NotPermittedError);
      }
      expect(bus.status).toBe('up');
    },
  );

  it('refuse a wrong password', async () => {
    const url = brokerUrlFor(broker.url, 'orders', { ...passwords, orders: 'wrong' });
    const bus = await aBus({ url, eventBus });
    await expect(bus.publish(resyncBy('orders'))).rejects.toThrow('no connection to the broker');
    expect(bus.status).toBe('down');
  });
});

function resyncBy(source: string): CloudEvent<'resync:requested'> {
  const id = newId();
  const data = { id, subjects: ['order:created'], activeOnly: true };
  return cloudEvent('resync:requested', { id: `resync:${id}`, source, subject: id }, data);
}

function sessionEnded(): CloudEvent<'session:ended'> {
  const userId = newId();
  const about = { id: `user:${userId}:1`, source: 'auth', subject: userId };
  return cloudEvent('session:ended', about, { userId, sid: null, sessionVersion: 1 });
}

function paymentCreated(): CloudEvent<'payment:created'> {
  const id = newId();
  return cloudEvent(
    'payment:created',
    { id: `payment:${id}:1`, source: 'payments', subject: id },
    {
      id,
      version: 1,
      orderId: id,
      userId: id,
      status: 'captured',
      amount: 8950,
      currency: 'eur',
      refundedAmount: 0,
    },
  );
}
