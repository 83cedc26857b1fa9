import { anOrder } from '../../test/fixtures.ts';
import { useService } from '../../test/setup.ts';
import { Order } from './order.ts';

useService();

type Stage = { stage: string; indexName?: string; inputStage?: Stage; inputStages?: Stage[] };

const stages = (plan: Stage): Stage[] => [
  plan,
  ...[plan.inputStage, ...(plan.inputStages ?? [])].flatMap((inner) => (inner ? stages(inner) : [])),
];

/** How the database would answer: by which index, whether it must sort, and how many entries it looked at. */
async function explain(filter: object, options: { sort?: Record<string, 1 | -1>; limit?: number } = {}) {
  const cursor = Order.collection.find(filter, options);
  const explained = (await cursor.explain('executionStats')) as {
    queryPlanner: { winningPlan: Stage };
    executionStats: { totalKeysExamined: number; totalDocsExamined: number };
  };
  const used = stages(explained.queryPlanner.winningPlan);
  return {
    index: used.find(({ indexName }) => indexName)?.indexName,
    sorts: used.some(({ stage }) => stage === 'SORT'),
    scans: used.some(({ stage }) => stage === 'COLLSCAN'),
    looked: explained.executionStats.totalKeysExamined,
  };
}

describe('every query has its index', () => {
  const userId = 'buyer';
  const newestFirst = { createdAt: -1, _id: -1 } as const;
  const at = new Date('2026-11-24T20:00:00Z');
  const beyond = { $or: [{ createdAt: { $lt: at } }, { createdAt: at, _id: { $lt: 'f' } }] };

  beforeEach(async () => {
    const made = Array.from({ length: 200 }, (_, nth) =>
      anOrder({
        userId: nth % 4 ? userId : 'somebody',
        status: nth % 2 ? 'cancelled' : 'created',
        createdAt: new Date(at.getTime() + (nth - 100) * 1000),
        expiresAt: new Date(Date.now() + (nth < 10 ? -1000 : 60_000)),
        ...(nth < 10 && { remindAt: new Date(0) }),
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
      { sort: { slotSeq: -1 }, limit: 1 },
      'ticketId_slotSeq',
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
      { remindAt: { $lte: new Date(1) } },
      { sort: { remindAt: 1 }, limit: 100 },
      'remindAt_1',
      10,
    ],
  ] as const)('%s', async (_, filter, options, index, atMost) => {
    const found = await explain(filter, options);

    expect(found).toMatchObject({ index, sorts: false, scans: false });
    expect(found.looked).toBeLessThanOrEqual(atMost);
  });

  it('events left behind', async () => {
    const found = await explain({ 'outbox.t': { $lt: at } }, { sort: { 'outbox.t': 1 }, limit: 500 });
    expect(found).toMatchObject({ index: 'outbox.t_1', scans: false, looked: 0 });
  });

  it('refuses a second order on a ticket by the index that names the holder', async () => {
    const order = await anOrder();
    const again = { ...order, _id: 'f'.repeat(24) };
    await expect(Order.collection.insertOne(again as never)).rejects.toThrow(/index: slot dup key/);
  });

  it('refuses to number two orders on a ticket alike, although the first has ended', async () => {
    const { ticket } = await anOrder({ status: 'cancelled', slotSeq: 3 });
    await expect(anOrder({ ticket, slotSeq: 3 })).rejects.toThrow(/index: ticketId_slotSeq dup key/);
  });
});
