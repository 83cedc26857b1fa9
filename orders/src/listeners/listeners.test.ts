import { register } from 'prom-client';
import type { EventData, EventName } from '@ticketing/common';
import { newId } from '@ticketing/common';
import { eventually, resyncsDone, silentLog } from '@ticketing/common/testing';
import { anOrder, aTicket, paymentData, ticketData } from '../../test/fixtures.ts';
import { useService } from '../../test/setup.ts';
import { db } from '../db.ts';
import { findOrder, lastWrittenOrders, Order } from '../models/order.ts';
import { findTicket, Ticket } from '../models/ticket.ts';

const { events } = useService();
const publishedVersions = () =>
  events.published.map(({ name, data }) => [name, (data as { version: number }).version]);
const SECOND = 1000;

/** Delivers an event twice, as a crash before the acknowledgement would have it. */
async function twice<N extends EventName>(name: N, data: EventData<N>) {
  expect(await events.deliver(name, data)).toBe('ack');
  expect(await events.deliver(name, data)).toBe('ack');
}

describe('the ticket replica', () => {
  it('keeps the highest version, whatever order the events arrive in', async () => {
    const [listed, edited, cleared] = [
      ticketData(),
      ticketData({ version: 1, amount: 9900 }),
      ticketData({ version: 2, amount: 9500 }),
    ].map((data, _, [first]) => ({ ...data, id: first?.id ?? data.id }));
    delete cleared?.seat;

    for (const state of [edited, listed, cleared, edited, listed])
      if (state) await twice(state.version === 0 ? 'ticket:created' : 'ticket:updated', state);

    expect(await findTicket(listed?.id ?? '')).toMatchObject({ version: 2, amount: 9500, seat: null });
    expect(await Ticket.collection.countDocuments({})).toBe(1);
  });
});

describe('ticket:updated', () => {
  it('confirms the order in orderId without a new version or an event', async () => {
    const order = await anOrder({ republishAt: new Date() });
    const reserved = ticketData({ id: order.ticket.id, version: 1, status: 'reserved', orderId: order._id });

    await twice('ticket:updated', reserved);

    const stored = await findOrder(order._id);
    expect(stored).toMatchObject({ status: 'created', ticketConfirmed: true, version: 0 });
    expect(stored?.history.map(({ event }) => event)).toEqual(['order:created', 'ticket:updated']);
    expect(stored).not.toHaveProperty('republishAt');
    await events.deliver('payment:authorized', paymentData(order));
    await eventually(() => events.published.length > 0);
    expect(publishedVersions()).toEqual([['order:updated', 1]]);
  });

  it('confirms the order even when the replica already has this version', async () => {
    const order = await anOrder();
    await aTicket({ id: order.ticket.id, version: 5 });

    await twice(
      'ticket:updated',
      ticketData({ id: order.ticket.id, version: 1, status: 'reserved', orderId: order._id }),
    );

    expect(await findOrder(order._id)).toMatchObject({ ticketConfirmed: true });
    expect(await findTicket(order.ticket.id)).toMatchObject({ version: 5 });
  });

  it('changes nothing for an order that has ended', async () => {
    const order = await anOrder({ status: 'cancelled', reason: 'buyer' });
    await twice('ticket:updated', ticketData({ version: 1, status: 'reserved', orderId: order._id }));
    expect(await findOrder(order._id)).toMatchObject({ status: 'cancelled', version: 0 });
  });

  it('is redelivered when its orderId is unknown', async () => {
    const reserved = ticketData({ version: 1, status: 'reserved', orderId: newId() });
    expect(await events.deliver('ticket:updated', reserved)).toBe('redeliver');
  });
});

describe('ticket:reservation-refused', () => {
  it.each(['created', 'awaiting:payment', 'complete', 'cancelled', 'refunded'] as const)(
    'cancels the order only while it is created (here: %s)',
    async (status) => {
      const order = await anOrder({ status });
      const gone = ticketData({ id: order.ticket.id, version: 2, status: 'withdrawn' });

      await twice('ticket:reservation-refused', { ...gone, refusedOrderId: order._id });

      expect(await findOrder(order._id)).toMatchObject(
        status === 'created'
          ? { status: 'cancelled', reason: 'refused', version: 1, reservationKey: order._id }
          : { status, version: 0 },
      );
      expect(await findTicket(order.ticket.id)).toMatchObject({ status: 'withdrawn' });
    },
  );
});

describe('expiration:complete', () => {
  const fire = (order: Order) =>
    twice('expiration:complete', { orderId: order._id, expiresAt: order.expiresAt.toISOString() });

  it('expires an overdue order once', async () => {
    const order = await anOrder({ expiresAt: new Date(Date.now() - 1) });

    await fire(order);

    expect(await findOrder(order._id)).toMatchObject({ status: 'cancelled', reason: 'expired', version: 1 });
    await eventually(() => events.published.length === 1);
    expect(publishedVersions()).toEqual([['order:cancelled', 1]]);
  });

  it('changes nothing before expiresAt', async () => {
    const order = await anOrder({ expiresAt: new Date(Date.now() + 5 * SECOND) });
    await fire(order);
    expect(await findOrder(order._id)).toMatchObject({ status: 'created', version: 0 });
  });

  it.each(['awaiting:payment', 'complete', 'refunded', 'cancelled'] as const)(
    'changes nothing for an order that is %s',
    async (status) => {
      const order = await anOrder({ status, expiresAt: new Date(0) });
      await fire(order);
      expect(await findOrder(order._id)).toMatchObject({ status, version: 0 });
    },
  );
});

describe('payment:authorized', () => {
  it('moves the order to awaiting:payment once both the authorization and the ticket confirmation are there', async () => {
    for (const paymentFirst of [true, false]) {
      const order = await anOrder();
      const reserved = ticketData({
        id: order.ticket.id,
        version: 1,
        status: 'reserved',
        orderId: order._id,
      });
      const pay = () => twice('payment:authorized', paymentData(order));
      const confirm = () => twice('ticket:updated', reserved);
      const [first, second] = paymentFirst ? [pay, confirm] : [confirm, pay];

      await first();
      expect(await findOrder(order._id)).toMatchObject({ status: 'created', version: paymentFirst ? 1 : 0 });
      const before = Date.now();
      await second();

      const stored = await findOrder(order._id);
      expect(stored).toMatchObject({
        status: 'awaiting:payment',
        version: paymentFirst ? 2 : 1,
        payment: { status: 'authorized' },
      });
      expect(stored?.republishAt?.getTime()).toBeGreaterThan(before + 5 * SECOND);
    }
  });

  it('moves the order to awaiting:payment when it arrives together with the ticket confirmation', async () => {
    const orders = await Promise.all(Array.from({ length: 25 }, () => anOrder()));

    await Promise.all(
      orders.flatMap((order) => [
        events.deliver('payment:authorized', paymentData(order)),
        events.deliver(
          'ticket:updated',
          ticketData({ id: order.ticket.id, version: 1, status: 'reserved', orderId: order._id }),
        ),
      ]),
    );

    expect(await Order.collection.countDocuments({ status: 'awaiting:payment' })).toBe(25);
  });

  it('moves the order that another process has confirmed since this process wrote it', async () => {
    const order = await anOrder();
    lastWrittenOrders.set(order);
    await Order.collection.updateOne({ _id: order._id as never }, { $set: { ticketConfirmed: true } });

    await twice('payment:authorized', paymentData(order));

    expect(await findOrder(order._id)).toMatchObject({ status: 'awaiting:payment', version: 1 });
  });

  it('republishes order:cancelled under the same version when the order is cancelled', async () => {
    const order = await anOrder({ status: 'cancelled', reason: 'expired', version: 3 });

    await twice('payment:authorized', paymentData(order));

    expect(publishedVersions()).toEqual([
      ['order:cancelled', 3],
      ['order:cancelled', 3],
    ]);
    expect(await findOrder(order._id)).toMatchObject({ version: 3, payment: null });
  });

  it('lets a reservation expire that has only one of the two flags', async () => {
    const order = await anOrder({ expiresAt: new Date(Date.now() - 1) });
    await events.deliver('payment:authorized', paymentData(order));

    await events.deliver('expiration:complete', {
      orderId: order._id,
      expiresAt: order.expiresAt.toISOString(),
    });

    expect(await findOrder(order._id)).toMatchObject({ status: 'cancelled', reason: 'expired' });
  });

  it('either authorizes or loses to a simultaneous expiry, never both', async () => {
    for (let round = 0; round < 25; round++) {
      const order = await anOrder({ ticketConfirmed: true, expiresAt: new Date(Date.now() - 1) });
      const timer = { orderId: order._id, expiresAt: order.expiresAt.toISOString() };

      await Promise.all([
        events.deliver('payment:authorized', paymentData(order)),
        events.deliver('expiration:complete', timer),
      ]);

      const stored = await findOrder(order._id);
      expect(stored).toMatchObject(
        stored?.status === 'awaiting:payment'
          ? { version: 1, reservationKey: order.ticket.id }
          : { status: 'cancelled', version: 1, reservationKey: order._id },
      );
    }
  });
});

describe('payment:created', () => {
  it('completes the order once, and the order keeps the ticket', async () => {
    const order = await anOrder({ status: 'awaiting:payment', version: 2, republishAt: new Date() });

    await twice('payment:created', paymentData(order, { status: 'captured' }));

    const stored = await findOrder(order._id);
    expect(stored).toMatchObject({
      status: 'complete',
      version: 3,
      reservationKey: order.ticket.id,
      payment: { id: order._id, status: 'captured' },
    });
    expect(stored).not.toHaveProperty('republishAt');
    await eventually(() => events.published.length === 1);
    expect(publishedVersions()).toEqual([['order:updated', 3]]);
  });

  it('leaves a cancelled order cancelled and republishes order:cancelled', async () => {
    const order = await anOrder({ status: 'cancelled', reason: 'expired', version: 1 });
    await events.deliver('payment:created', paymentData(order, { status: 'captured' }));
    expect(await findOrder(order._id)).toMatchObject({ status: 'cancelled', version: 1 });
    expect(publishedVersions()).toEqual([['order:cancelled', 1]]);
  });
});

describe('a payment event that differs from its order', () => {
  const differences: [string, Partial<EventData<'payment:created'>>][] = [
    ['another amount', { amount: 1 }],
    ['another currency', { currency: 'usd' }],
    ['another user', { userId: newId() }],
  ];

  it.each(differences)('(%s) does not authorize the order', async (_, other) => {
    const order = await anOrder({ ticketConfirmed: true });

    await twice('payment:authorized', paymentData(order, other));

    expect(await findOrder(order._id)).toMatchObject({
      status: 'created',
      version: 0,
      paymentAuthorized: false,
    });
  });

  it.each(differences)(
    '(%s) cancels an order in awaiting:payment, so that payments refunds it',
    async (_, other) => {
      const order = await anOrder({ status: 'awaiting:payment', version: 2 });

      await events.deliver('payment:created', paymentData(order, { status: 'captured', ...other }));

      expect(await findOrder(order._id)).toMatchObject({
        status: 'cancelled',
        reason: 'payment_failed',
        version: 3,
        reservationKey: order._id,
      });
      await eventually(() => events.published.length === 1);
      expect(publishedVersions()).toEqual([['order:cancelled', 3]]);
    },
  );

  it('is counted and logged as an alarm', async () => {
    const order = await anOrder();
    const counted = () => metricOf('ticketing_orders_payment_mismatches_total');
    const before = await counted();
    const logged = jest.spyOn(silentLog, 'error');

    await events.deliver('payment:authorized', paymentData(order, { amount: 1 }));

    expect(await counted()).toBe(before + 1);
    expect(logged).toHaveBeenCalledWith(
      expect.objectContaining({ orderId: order._id, amount: 1, alarm: true }),
      'the payment differs from its order',
    );
  });

  async function metricOf(name: string): Promise<number> {
    const { values } = (await register.getSingleMetric(name)?.get()) ?? { values: [] };
    return values.reduce((sum, { value }) => sum + value, 0);
  }
});

describe('payment:failed', () => {
  it('cancels an order in awaiting:payment and frees the ticket', async () => {
    const order = await anOrder({ status: 'awaiting:payment', version: 2 });

    await twice('payment:failed', paymentData(order, { status: 'failed', reason: 'capture_failed' }));

    expect(await findOrder(order._id)).toMatchObject({
      status: 'cancelled',
      reason: 'payment_failed',
      version: 3,
      reservationKey: order._id,
      payment: { status: 'failed' },
    });
    await eventually(() => events.published.length === 1);
    expect(publishedVersions()).toEqual([['order:cancelled', 3]]);
  });

  it('changes nothing while the order is created: another card may be tried', async () => {
    const order = await anOrder();
    await twice('payment:failed', paymentData(order, { status: 'voided', reason: 'voided' }));
    expect(await findOrder(order._id)).toMatchObject({ status: 'created', version: 0 });
  });

  it('is recorded on a cancelled order, so that its buyer sees that the payment was voided', async () => {
    const order = await anOrder({ status: 'cancelled', reason: 'expired', version: 1 });

    await twice('payment:failed', paymentData(order, { status: 'voided', reason: 'voided' }));

    const stored = await findOrder(order._id);
    expect(stored).toMatchObject({ status: 'cancelled', version: 2, payment: { status: 'voided' } });
    expect(stored?.history.at(-1)).toMatchObject({ status: 'cancelled', event: 'payment:failed' });
    await eventually(() => events.published.length === 1);
    expect(publishedVersions()).toEqual([['order:updated', 2]]);
  });
});

describe('payment:refunded', () => {
  const refunded = (order: Order) =>
    twice('payment:refunded', paymentData(order, { status: 'refunded', refundedAmount: 8950 }));

  it('refunds a complete order, which keeps its ticket off sale', async () => {
    const order = await anOrder({ status: 'complete', version: 3 });
    await refunded(order);
    expect(await findOrder(order._id)).toMatchObject({
      status: 'refunded',
      version: 4,
      reservationKey: order.ticket.id,
      payment: { status: 'refunded' },
    });
  });

  it('is recorded on a cancelled order', async () => {
    const order = await anOrder({ status: 'cancelled', reason: 'expired', version: 1 });
    await refunded(order);
    expect(await findOrder(order._id)).toMatchObject({ version: 2, payment: { status: 'refunded' } });
  });
});

describe('resync:requested', () => {
  const ask = async (subjects: string[], activeOnly = false) => {
    const answer = await events.deliver('resync:requested', { id: newId(), subjects, activeOnly });
    await resyncsDone(db);
    return answer;
  };

  it('republishes the current state of every order', async () => {
    await anOrder({ version: 1 });
    await anOrder({ status: 'complete', version: 3 });
    await anOrder({ status: 'cancelled', version: 4 });

    await ask(['order:created', 'order:updated', 'order:cancelled']);

    expect(publishedVersions().sort()).toEqual([
      ['order:cancelled', 4],
      ['order:created', 1],
      ['order:updated', 3],
    ]);
  });

  it('republishes live orders only when activeOnly is set', async () => {
    await anOrder();
    await anOrder({ status: 'awaiting:payment', version: 2 });
    await anOrder({ status: 'complete', version: 3 });
    await anOrder({ status: 'cancelled', version: 4 });

    await ask(['order:created'], true);

    expect(publishedVersions().sort()).toEqual([
      ['order:created', 0],
      ['order:updated', 2],
    ]);
  });

  it('ignores requests for subjects of other services', async () => {
    await anOrder();
    await ask(['ticket:updated', 'payment:created']);
    expect(publishedVersions()).toEqual([]);
  });
});
