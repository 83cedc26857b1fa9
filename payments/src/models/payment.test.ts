import { useTestDatabase } from '@ticketing/common/testing';
import { db } from '../db.ts';
import { Payment } from './payment.ts';

type Stage = { stage: string; inputStage?: Stage };
const stages = ({ stage, inputStage }: Stage): string[] => [stage, ...(inputStage ? stages(inputStage) : [])];

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
    const explained = (await Payment.collection.find(filter).sort(sort).explain('queryPlanner')) as {
      queryPlanner: { winningPlan: Stage };
    };

    const used = stages(explained.queryPlanner.winningPlan);
    expect(used).toContain('IXSCAN');
    expect(used).not.toContain('SORT');
  });
});
