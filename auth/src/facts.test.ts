import { aRegisteredUser, useService } from '../test/service.ts';
import { readFacts } from './facts.ts';
import { users } from './models/user.ts';

useService();

describe('readFacts', () => {
  it('has what happened to an account, without its address, password or networks', async () => {
    const { _id: id, email, createdAt } = await aRegisteredUser();
    const at = new Date('2026-11-28T12:00:00.000Z');
    const sellerRefunds = [{ id: 'o1', at }];
    await users.updateOne(
      { _id: id },
      { $set: { sessionsEndedAt: at, sellingSuspendedAt: at, sellerRefunds, networks: ['n1'] } },
    );

    const facts = await readFacts({ orders: [], tickets: [], users: [id], intents: [] });

    expect(facts.users).toEqual([{ id, version: 0, status: `may not sell since ${at.toISOString()}` }]);
    expect(facts.moments.map(({ at, what }) => `${at} ${what}`)).toEqual([
      `${createdAt.toISOString()} account created`,
      `${at.toISOString()} all sessions ended, last time`,
      `${at.toISOString()} refund of order o1 counted`,
    ]);
    expect(JSON.stringify(facts)).not.toMatch(new RegExp(`${email}|argon2|n1`));
  });
});
