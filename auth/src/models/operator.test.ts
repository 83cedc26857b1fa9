import { newId } from '@ticketing/common';
import { eventually } from '@ticketing/common/testing';
import { aRegisteredUser, claimsOf, cookieOf, password, request, useService } from '../../test/service.ts';
import { recordEndedSince } from '../follow-ended-sessions.ts';
import { grantOperator, listOperators, revokeOperator } from './operator.ts';
import { User } from './user.ts';

const service = useService();
const by = { operatorId: null, reason: 'on call from today' };

const signIn = (email: string) => request(service.app).post('/api/users/signin').send({ email, password });
const audit = (cookie: string) => request(service.app).get('/api/users/admin/audit').set('Cookie', cookie);
/** What the running service does within a second after a program changed the database. */
const noticeEndedSessions = () => recordEndedSince(new Date(0), service.revocations);

describe('the role operator', () => {
  it('comes with the next session after the grant, and ends with the revocation at once', async () => {
    const user = await aRegisteredUser();
    const before = cookieOf(await signIn(user.email)) ?? '';
    await audit(before).expect(403);

    await grantOperator(user._id, by);
    await noticeEndedSessions();

    await audit(before).expect(401);
    const response = await signIn(user.email);
    expect(claimsOf(response)).toMatchObject({ role: 'operator' });
    const operator = cookieOf(response) ?? '';
    await audit(operator).expect(200);
    const { body } = await request(service.app).get('/api/users/currentuser').set('Cookie', operator);
    expect(body.currentUser).toEqual({ id: user._id, email: user.email, role: 'operator' });
    expect(await listOperators()).toContainEqual({ _id: user._id, email: user.email });

    await revokeOperator(user._id, by);
    await noticeEndedSessions();

    await audit(operator).expect(401);
    await audit(cookieOf(await signIn(user.email)) ?? '').expect(403);
    expect(await listOperators()).not.toContainEqual({ _id: user._id, email: user.email });
  });

  it('publishes the ended sessions and the entry for the audit log from the write that grants it', async () => {
    const user = await aRegisteredUser();

    const granted = await grantOperator(user._id, by);

    expect(granted.outbox.map(({ s, d }) => [s, d])).toEqual([
      ['session:ended', { userId: user._id, sid: null, sessionVersion: 1 }],
      ['operator:acted', expect.objectContaining({ ...by, action: 'operator_granted', target: user._id })],
    ]);
    // The program that grants has no outbox: the sweep of the running service publishes both.
    await eventually(async () => (await User.findById(user._id))?.outbox.length === 0);
    const published = service.bus.published.filter(({ data }) => JSON.stringify(data).includes(user._id));
    expect(published.map(({ name }) => name)).toEqual(['session:ended', 'operator:acted']);
  });

  it('is granted once, and revoked only from an operator', async () => {
    const user = await aRegisteredUser();

    await expect(revokeOperator(user._id, by)).rejects.toMatchObject({ code: 'not_operator' });
    await grantOperator(user._id, by);
    await expect(grantOperator(user._id, by)).rejects.toMatchObject({ code: 'already_operator' });
    await expect(grantOperator(newId(), by)).rejects.toMatchObject({ status: 404 });
  });
});
