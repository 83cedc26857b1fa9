import { newId } from '@ticketing/common';
import { anOrder, aTicket } from '../test/fixtures.ts';
import { useService } from '../test/setup.ts';
import { readFacts } from './facts.ts';

useService();

const none = { orders: [], tickets: [], users: [], intents: [] };

describe('readFacts', () => {
  it('has an order with its history and waiting events, all orders on its ticket, and the copy of the ticket', async () => {
    const at = new Date('2026-11-28T12:00:00.000Z');
    const {
      _id: ticketId,
      version,
      title,
      amount,
      currency,
      userId: sellerId,
    } = await aTicket({ version: 4 });
    const ticket = { id: ticketId, version, title, amount, currency, sellerId };
    const order = await anOrder({
      ...{ ticket, version: 1, status: 'cancelled', reason: 'expired' },
      history: [
        { at, status: 'created', event: 'order:created' },
        { at, status: 'cancelled', event: 'expiration:complete', reason: 'expired' },
      ],
      outbox: [{ id: 'order:1:1', v: 1, s: 'order:cancelled', d: {}, t: at }],
    });
    const later = await anOrder({ ticket, reservationSeq: 2 });
    await anOrder();

    const facts = await readFacts({ ...none, orders: [order._id] });

    expect(facts.orders).toEqual([
      {
        ...{ id: order._id, version: 1, status: 'cancelled', reason: 'expired', buyerId: order.userId },
        expiresAt: order.expiresAt.toISOString(),
        ticket: { id: ticketId, amount, currency },
      },
      expect.objectContaining({ id: later._id, status: 'created' }),
    ]);
    const about = {
      at: at.toISOString(),
      service: 'orders',
      kind: 'order',
      id: order._id,
      orderId: order._id,
    };
    expect(facts.moments.slice(0, 2)).toEqual([
      { ...about, ticketId, version: 0, what: 'order created', by: 'the buyer' },
      { ...about, ticketId, version: 1, what: 'order cancelled (expired)', by: 'expiration:complete' },
    ]);
    expect(facts.replicas).toEqual([{ id: ticketId, version: 4 }]);
    expect(facts.waiting).toEqual([{ id: 'order:1:1', type: 'order:cancelled', since: at.toISOString() }]);
  });

  it('has the orders of a buyer and on a ticket', async () => {
    const [bought, other] = await Promise.all([anOrder(), anOrder(), anOrder()]);

    const facts = await readFacts({ ...none, users: [bought.userId], tickets: [other.ticket.id] });

    expect(facts.orders?.map(({ id }) => id).sort()).toEqual([bought._id, other._id].sort());
  });

  it('gives no version to what follows a sale when changes without an entry may lie between', async () => {
    const at = new Date();
    const statuses = ['created', 'awaiting:payment', 'complete', 'refunded'] as const;
    const history = statuses.map((status) => ({ at, status, event: 'e' }));
    const order = await anOrder({ status: 'refunded', version: 4, history });

    const { moments } = await readFacts({ ...none, orders: [order._id] });

    expect(moments.map(({ version }) => version)).toEqual([0, 1, 2, undefined]);
  });

  it('gives no version to a confirmation without an event, and the next number to what follows', async () => {
    const at = new Date();
    const order = await anOrder({
      ...{ status: 'awaiting:payment', version: 1, confirmedSilently: true },
      history: [
        { at, status: 'created', event: 'order:created' },
        { at, status: 'created', event: 'ticket:updated' },
        { at, status: 'awaiting:payment', event: 'payment:authorized' },
      ],
    });

    const { moments } = await readFacts({ ...none, orders: [order._id] });

    expect(moments.map(({ version }) => version)).toEqual([0, undefined, 1]);
  });

  it('names what an order waited for where its status stays the same', async () => {
    const at = new Date();
    const event = ['order:created', 'ticket:updated', 'payment:authorized'] as const;
    const status = ['created', 'created', 'awaiting:payment'] as const;
    const history = event.map((name, index) => ({ at, status: status[index] ?? 'created', event: name }));
    const order = await anOrder({ status: 'awaiting:payment', version: 2, history });

    const { moments } = await readFacts({ ...none, orders: [order._id] });

    expect(moments.map(({ what }) => what)).toEqual([
      ...['order created', 'order created, ticket confirmed', 'order awaiting:payment'],
    ]);
  });

  it('is empty for ids that orders does not know', async () => {
    expect(await readFacts({ ...none, orders: [newId()] })).toEqual({
      ...{ moments: [], orders: [], replicas: [], waiting: [] },
    });
  });
});
