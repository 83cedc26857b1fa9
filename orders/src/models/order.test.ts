import { explain } from '@ticketing/common/testing';
import { anOrder } from '../../test/fixtures.ts';
import { useService } from '../../test/setup.ts';
import { Order } from './order.ts';

useService();

describe('the indexes of orders', () => {
  const userId = 'buyer';
  const newestFirst = { createdAt: -1, _id: -1 } as const;
  const at = new Date('2026-11-24T20:00:00Z');
  const beyond = { $or: [{ createdAt: { $lt: at } }, { createdAt: at, _id: { $lt: 'f' } }] };

  beforeEach(async () => {
    const made = Array.from({ length: 200 }, (_, nth) =>
      anOrder({
        userId: nth % 4 ? userId : 'another-buyer',
        status: nth % 2 ? 'cancelled' : 'created',
        createdAt: new Date(at.getTime() + (nth - 100) * 1000),
        expiresAt: new Date(Date.now() + (nth < 10 ? -1000 : 60_000)),
        ...(nth < 10 && { republishAt: new Date(0) }),
        ...(nth < 10 && { idempotencyKey: `key-${nth}` }),
      }),
    );
    await Promise.all(made);
  });

  it.each([
    ['own orders', { userId }, { sort: newestFirst, limit: 51 }, 'userId_1_createdAt_-1__id_-1', 51],
    [
      'own orders, next page',
      { userId, ...beyond },
      { sort: newestFirst, limit: 21 },
      'userId_1_createdAt_-1__id_-1',
      30,
    ],
    [
      'own orders of a status',
      { userId, status: { $in: ['created'] } },
      { sort: newestFirst, limit: 21 },
      'userId_1_status_1_createdAt_-1__id_-1',
      21,
    ],
    ['an order by its request', { userId, idempotencyKey: 'key-3' }, {}, 'userId_idempotencyKey', 1],
    [
      'the latest order on a ticket',
      { 'ticket.id': 't' },
      { sort: { reservationSeq: -1 }, limit: 1 },
      'ticketId_reservationSeq',
      0,
    ],
    [
      'overdue orders',
      { status: 'created', $expr: { $lte: ['$expiresAt', '$$NOW'] } },
      { sort: { expiresAt: 1 }, limit: 100 },
      'status_1_expiresAt_1',
      6,
    ],
    [
      'overdue answers',
      { republishAt: { $lte: new Date(1) } },
      { sort: { republishAt: 1 }, limit: 100 },
      'republishAt_1',
      10,
    ],
  ] as const)('serve the query for %s', async (_, filter, options, index, atMost) => {
    const found = await explain(Order.collection.find(filter as object, options));

    expect(found.index).toBe(index);
    expect(found.used).not.toContain('SORT');
    expect(found.used).not.toContain('COLLSCAN');
    expect(found.totalKeysExamined).toBeLessThanOrEqual(atMost);
  });

  it('serve the outbox sweep', async () => {
    const leftBehind = Order.collection.find({ 'outbox.t': { $lt: at } });
    const found = await explain(leftBehind.sort({ 'outbox.t': 1 }).limit(500));
    expect(found).toMatchObject({ index: 'outbox.t_1', totalKeysExamined: 0 });
    expect(found.used).not.toContain('COLLSCAN');
  });

  it('refuse a second live order on a ticket by the reservationKey index', async () => {
    const order = await anOrder();
    const again = { ...order, _id: 'f'.repeat(24) };
    await expect(Order.collection.insertOne(again as never)).rejects.toThrow(/index: reservationKey dup key/);
  });

  it('refuse two orders on a ticket with the same reservationSeq, even when the first has ended', async () => {
    const { ticket } = await anOrder({ status: 'cancelled', reservationSeq: 3 });
    await expect(anOrder({ ticket, reservationSeq: 3 })).rejects.toThrow(
      /index: ticketId_reservationSeq dup key/,
    );
  });
});
