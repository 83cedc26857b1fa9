import { eventually, inMemoryEventBus } from '@ticketing/common/testing';
import { anOrder, closeAll, inMs, timers } from '../../test/fixtures.ts';
import { expirationComplete } from '../events.ts';
import { subscribe } from './index.ts';

afterEach(closeAll);

/** The service as index.ts builds it, on an in-memory bus. */
function expiration() {
  const bus = inMemoryEventBus();
  const failures: unknown[] = [];
  const { timer, redis, name } = timers({
    fire: (id, at) =>
      bus.publish(expirationComplete(id, at)).catch((error: unknown) => {
        failures.push(error);
        throw error;
      }),
  });
  subscribe(bus, timer);
  return { bus, redis, failures, dueAt: (id: string) => redis.zscore(`bull:${name}:delayed`, id) };
}

describe('order:created', () => {
  it('publishes expiration:complete at expiresAt, once for two deliveries', async () => {
    const { bus } = expiration();
    const order = anOrder({ expiresAt: inMs(400).toISOString() });
    expect(await bus.deliver('order:created', order)).toBe('ack');
    expect(await bus.deliver('order:created', order)).toBe('ack');
    const last = anOrder({ expiresAt: inMs(800).toISOString() });
    await bus.deliver('order:created', last);

    await eventually(() => bus.published.length >= 2);

    expect(bus.published).toEqual(
      [order, last].map(({ id, expiresAt }) => ({
        name: 'expiration:complete',
        data: { orderId: id, expiresAt },
      })),
    );
  });

  it('publishes expiration:complete once the broker is back, when the timer fired during an outage', async () => {
    const { bus, failures } = expiration();
    bus.status = 'down';
    const order = anOrder({ expiresAt: inMs(0).toISOString() });
    await bus.deliver('order:created', order);
    await eventually(() => failures.length > 0);
    bus.status = 'up';

    await eventually(() => bus.published.length > 0);
  });

  it('sets a timer even after order:cancelled, because orders ignores a late expiration:complete', async () => {
    const { bus } = expiration();
    const order = anOrder({ expiresAt: inMs(300).toISOString() });
    expect(await bus.deliver('order:cancelled', { ...order, version: 1, status: 'cancelled' })).toBe('ack');
    expect(await bus.deliver('order:created', order)).toBe('ack');

    await eventually(() => bus.published.length > 0);

    expect(bus.published).toEqual([
      { name: 'expiration:complete', data: { orderId: order.id, expiresAt: order.expiresAt } },
    ]);
  });
});

describe('an event of an order', () => {
  it.each([
    ['created', 'keeps'],
    ['awaiting:payment', 'removes'],
    ['cancelled', 'removes'],
  ] as const)('with status %s %s the timer', async (status, verb) => {
    const { bus, dueAt } = expiration();
    const order = anOrder();
    await bus.deliver('order:created', order);
    expect(await dueAt(order.id)).not.toBeNull();

    const event = status === 'cancelled' ? 'order:cancelled' : 'order:updated';
    for (let time = 0; time < 2; time++)
      expect(await bus.deliver(event, { ...order, version: 1, status })).toBe('ack');

    expect((await dueAt(order.id)) !== null).toBe(verb === 'keeps');
  });

  it('with another status sends nothing to Redis: the order awaited its payment before', async () => {
    const { bus, redis } = expiration();
    const order = anOrder();
    await bus.deliver('order:created', order);
    await bus.deliver('order:updated', { ...order, version: 1, status: 'awaiting:payment' });
    const sent = jest.spyOn(redis, 'sendCommand');

    for (const status of ['complete', 'refunded'] as const)
      expect(await bus.deliver('order:updated', { ...order, version: 2, status })).toBe('ack');

    expect(sent.mock.calls.filter(([command]) => command.args.join().includes(order.id))).toEqual([]);
  });

  it('sets the timer from order:updated alone, as after a resync', async () => {
    const { bus, dueAt } = expiration();
    const order = anOrder({ version: 1, ticketConfirmed: true });

    await bus.deliver('order:updated', order);

    expect(await dueAt(order.id)).not.toBeNull();
  });
});
