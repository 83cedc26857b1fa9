import { eventually, silentLog } from '@ticketing/common/testing';
import { anOrder } from '../test/fixtures.ts';
import { useService } from '../test/setup.ts';
import { findOrder, Order } from './models/order.ts';
import { startSweeper, sweep } from './sweeper.ts';

const { events, service } = useService();
const publishedVersions = () =>
  events.published.map(({ name, data }) => [name, (data as { version: number }).version]);
const past = () => new Date(Date.now() - 1);
const soon = () => new Date(Date.now() + 60_000);

describe('the sweeper', () => {
  it('expires overdue created orders and no others', async () => {
    const due = await anOrder({ expiresAt: past() });
    const others = await Promise.all([
      anOrder({ expiresAt: soon() }),
      ...(['awaiting:payment', 'complete', 'refunded', 'cancelled'] as const).map((status) =>
        anOrder({ status, expiresAt: past() }),
      ),
    ]);

    await sweep(service.outbox);

    expect(await findOrder(due._id)).toMatchObject({
      status: 'cancelled',
      reason: 'expired',
      reservationKey: due._id,
    });
    for (const { _id, status } of others) expect(await findOrder(_id)).toMatchObject({ status, version: 0 });
    await eventually(() => events.published.length === 1);
    expect(publishedVersions()).toEqual([['order:cancelled', 1]]);
  });

  it('expires more than one batch in one sweep, with several replicas sweeping at once', async () => {
    await Promise.all(Array.from({ length: 250 }, () => anOrder({ expiresAt: past() })));

    await Promise.all([sweep(service.outbox), sweep(service.outbox), sweep(service.outbox)]);

    expect(await Order.collection.countDocuments({ status: 'cancelled', version: 1 })).toBe(250);
    // On a busy machine the outbox may publish one of them again before it is removed.
    const cancelled = () =>
      new Set(events.published.map(({ name, data }) => `${name} ${(data as { id: string }).id}`));
    await eventually(() => cancelled().size === 250);
    expect(new Set(publishedVersions().map(([name]) => name))).toEqual(new Set(['order:cancelled']));
  });

  it.each([
    ['a reservation that tickets has not confirmed', 'created', 'order:created'],
    ['an order whose capture is not reported', 'awaiting:payment', 'order:updated'],
  ] as const)('republishes %s once, and not again before the next period', async (_, status, name) => {
    const order = await anOrder({ status, version: 1, republishAt: past() });
    const before = Date.now();

    await Promise.all([sweep(service.outbox), sweep(service.outbox), sweep(service.outbox)]);
    await sweep(service.outbox);

    expect(publishedVersions()).toEqual([[name, 1]]);
    const next = (await findOrder(order._id))?.republishAt?.getTime() ?? 0;
    expect(next).toBeGreaterThan(before + 2_000);
    expect(next).toBeLessThan(Date.now() + 12_000);
  });

  it('republishes nothing before republishAt', async () => {
    await anOrder({ republishAt: soon() });
    await sweep(service.outbox);
    expect(publishedVersions()).toEqual([]);
  });

  it('sweeps periodically until it is closed', async () => {
    const sweeper = startSweeper(service.outbox, silentLog);
    const order = await anOrder({ expiresAt: past() });
    await eventually(async () => (await findOrder(order._id))?.status === 'cancelled');
    await sweeper.close();
  });
});
