import { OrderStatus } from '@ticketing/common';
import { eventually, inMemoryEventBus } from '@ticketing/common/testing';
import { anOrder, closeAll, inMs, timers } from '../../test/world.ts';
import { expirationComplete } from '../events.ts';
import { subscribe } from './index.ts';

afterEach(closeAll);

/** What index.ts wires, on a bus that stays in this process. */
function expiration() {
  const bus = inMemoryEventBus();
  const refused: unknown[] = [];
  const { timer, redis, name } = timers({
    fire: (id, at) =>
      bus.publish(expirationComplete(id, at)).catch((error: unknown) => {
        refused.push(error);
        throw error;
      }),
  });
  subscribe(bus, timer);
  return { bus, refused, dueAt: (id: string) => redis.zscore(`bull:${name}:delayed`, id) };
}

describe('order:created', () => {
  it('becomes expiration:complete when the time is over', async () => {
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

  it('is heard in the end, though the broker was away when it fired', async () => {
    const { bus, refused } = expiration();
    bus.status = 'down';
    const order = anOrder({ expiresAt: inMs(0).toISOString() });
    await bus.deliver('order:created', order);
    await eventually(() => refused.length > 0);
    bus.status = 'up';

    await eventually(() => bus.published.length > 0);
  });

  it('does no harm after the order has ended: the reminder is sent, which orders ignores', async () => {
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

describe('what an order becomes', () => {
  it.each(OrderStatus.options.map((status) => [status, status === 'created' ? 'keeps' : 'loses']))(
    'when it is %s it %s its timer',
    async (status, verb) => {
      const { bus, dueAt } = expiration();
      const order = anOrder();
      await bus.deliver('order:created', order);
      expect(await dueAt(order.id)).not.toBeNull();

      const event = status === 'cancelled' ? 'order:cancelled' : 'order:updated';
      for (let time = 0; time < 2; time++)
        expect(await bus.deliver(event, { ...order, version: 1, status })).toBe('ack');

      expect((await dueAt(order.id)) !== null).toBe(verb === 'keeps');
    },
  );

  it('has its timer again when only order:updated tells of it, as after a loss', async () => {
    const { bus, dueAt } = expiration();
    const order = anOrder({ version: 1, ticketConfirmed: true });

    await bus.deliver('order:updated', order);

    expect(await dueAt(order.id)).not.toBeNull();
  });
});
