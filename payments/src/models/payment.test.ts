import { explain, useTestDatabase } from '@ticketing/common/testing';
import { db } from '../db.ts';
import { Payment } from './payment.ts';

let drop: () => Promise<void>;
beforeAll(async () => {
  drop = await useTestDatabase(db);
});
afterAll(() => drop());

describe('every query of a payment has its index', () => {
  const now = new Date();

  it.each<[string, object, Record<string, 1>?]>([
    ['by its intent', { 'intent.id': 'pi_1' }],
    ['what is due', { dueAt: { $lte: now } }, { dueAt: 1 }],
    ['events left behind', { 'outbox.t': { $lt: now } }, { 'outbox.t': 1 }],
  ])('%s', async (_what, filter, sort = {}) => {
    const { used } = await explain(Payment.collection.find(filter).sort(sort));

    expect(used).toContain('IXSCAN');
    expect(used).not.toContain('SORT');
  });
});
