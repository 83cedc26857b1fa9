import { startBroker, until } from '../../test/broker.ts';
import { aBus, anEvent, closeBuses } from '../../test/bus.ts';
import { handlesEvents } from '../../test/event-bus-contract.ts';

handlesEvents('nats-streaming');

it('takes another client id when a live process keeps using its own', async () => {
  const broker = await startBroker();
  const first = await aBus({ url: broker.url, clientId: 'same' });
  await until('the first is up', () => first.status === 'up');
  const second = await aBus({ url: broker.url, clientId: 'same' });
  await until('the second is up', () => second.status === 'up');
  expect(first.status).toBe('up');
  await Promise.all([first.publish(anEvent()), second.publish(anEvent())]);
  await closeBuses();
  await broker.stop();
});
