import { smallestIdAt } from '@ticketing/common';
import { explain, useTestDatabase } from '@ticketing/common/testing';
import { db } from '../db.ts';
import { attemptedBetween, Payment, payments, returnedOf } from './payment.ts';

let drop: () => Promise<void>;
beforeAll(async () => {
  drop = await useTestDatabase(db);
});
afterAll(() => drop());

it('finds recent attempts without scanning older payments', async () => {
  const days = (ago: number) => Date.now() - ago * 24 * 60 * 60 * 1000;
  const tried = (ago: number) => ({
    _id: smallestIdAt(days(ago)),
    attempts: [{ at: new Date(days(ago)) }],
    intent: { id: `pi_${ago}` },
  });
  await payments().insertMany([100, 50, 10, 7, 3].map(tried) as never);
  const query = payments().find(attemptedBetween(new Date(days(8)), new Date()), { hint: { _id: 1 } });

  const { executionStats } = (await query.explain('executionStats')) as {
    executionStats: { nReturned: number; totalDocsExamined: number };
  };

  expect(executionStats).toMatchObject({ nReturned: 2, totalDocsExamined: 2 });
});

describe('the indexes of payments', () => {
  const now = new Date();

  it.each<[string, object, Record<string, 1 | -1>?]>([
    ['by its intent', { 'intent.id': 'pi_1' }],
    ['what is due', { dueAt: { $lte: now } }, { dueAt: 1 }],
    ['events left behind', { 'outbox.t': { $lt: now } }, { 'outbox.t': 1 }],
    ['a seller’s returns', returnedOf('seller'), { _id: -1 }],
  ])('serve the query for %s', async (_what, filter, sort = {}) => {
    const { used } = await explain(Payment.collection.find(filter).sort(sort));

    expect(used).toContain('IXSCAN');
    expect(used).not.toContain('SORT');
  });
});
