import { explain, useTestDatabase } from '@ticketing/common/testing';
import { db } from '../db.ts';
import { User } from './user.ts';

let removeDatabase: () => Promise<void>;
beforeAll(async () => {
  removeDatabase = await useTestDatabase(db);
});
afterAll(() => removeDatabase());

describe('the indexes of users', () => {
  const now = new Date();

  it.each<[string, object, Record<string, 1>?]>([
    ['a user by e-mail address', { email: 'anna@example.com' }],
    ['the outbox sweep', { 'outbox.t': { $lt: now } }, { 'outbox.t': 1 }],
  ])('serve the query for %s', async (_what, filter, sort = {}) => {
    const { used } = await explain(User.collection.find(filter).sort(sort));

    expect(used).toContain('IXSCAN');
    expect(used).not.toContain('SORT');
  });
});
