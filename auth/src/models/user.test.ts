import { explain, useTestDatabase } from '@ticketing/common/testing';
import { db } from '../db.ts';
import { User } from './user.ts';

let drop: () => Promise<void>;
beforeAll(async () => {
  drop = await useTestDatabase(db);
});
afterAll(() => drop());

describe('every query of a user has its index', () => {
  const now = new Date();

  it.each<[string, object, Record<string, 1>?]>([
    ['by e-mail address', { email: 'anna@example.com' }],
    ['events left behind', { 'outbox.t': { $lt: now } }, { 'outbox.t': 1 }],
  ])('%s', async (_what, filter, sort = {}) => {
    const { used } = await explain(User.collection.find(filter).sort(sort));

    expect(used).toContain('IXSCAN');
    expect(used).not.toContain('SORT');
  });
});
