import { newId } from '@ticketing/common';
import { aUser, eventually, recordingLog, resyncsDone, sessionCookie } from '@ticketing/common/testing';
import { aRegisteredUser, cookieOf, password, request, useService } from '../../../test/service.ts';
import { db } from '../../db.ts';
import { grantOperator } from '../../models/operator.ts';
import type { User } from '../../models/user.ts';
import { users } from '../../models/user.ts';

const { log, security } = recordingLog();
const service = useService({ log });
const operator = aUser({ role: 'operator' });

const path = (user: Pick<User, '_id'>, action = '') => `/api/users/admin/accounts/${user._id}${action}`;
const act = (user: Pick<User, '_id'>, action: string, reason = 'sells forged tickets') =>
  request(service.app).post(path(user, action)).set('Cookie', sessionCookie(operator)).send({ reason });
const signIn = ({ email }: User) => request(service.app).post('/api/users/signin').send({ email, password });
const published = (name: string) =>
  service.bus.published.filter((event) => event.name === name).map(({ data }) => data);

describe('POST /api/users/admin/accounts/:id/suspend', () => {
  it('ends the sessions, refuses the right password, and publishes it with the entry for the audit log', async () => {
    const user = await aRegisteredUser();
    const cookie = cookieOf(await signIn(user)) ?? '';

    const { body } = await act(user, '/suspend').expect(200);

    expect(body).toMatchObject({ id: user._id, suspensionReason: 'sells forged tickets' });
    const { body: seen } = await request(service.app).get('/api/users/currentuser').set('Cookie', cookie);
    expect(seen.currentUser).toBeNull();
    const refused = await signIn(user).expect(403);
    expect(refused.body.errors[0]).toMatchObject({ code: 'account_suspended' });
    expect(refused.headers['set-cookie']).toBeUndefined();
    const { body: wrong } = await request(service.app)
      .post('/api/users/signin')
      .send({ email: user.email, password: 'a guess' })
      .expect(400);
    expect(wrong.errors[0].code).toBe('invalid_credentials');
    await eventually(() => published('operator:acted').length === 1);
    expect(published('session:ended')).toEqual([{ userId: user._id, sid: null, sessionVersion: 1 }]);
    expect(published('user:updated')).toEqual([
      { id: user._id, version: 1, sellingSuspended: true, suspended: true },
    ]);
    expect(published('operator:acted')).toEqual([
      {
        id: expect.any(String),
        at: expect.any(String),
        operatorId: operator.id,
        action: 'user_suspended',
        target: user._id,
        reason: 'sells forged tickets',
      },
    ]);
    expect(security('operator_action').at(-1)).toMatchObject({
      userId: operator.id,
      action: 'user_suspended',
      target: user._id,
    });
  });

  it('refuses a repeated sign-up, and a new password in a request that began before', async () => {
    const user = await aRegisteredUser();
    const cookie = cookieOf(await signIn(user)) ?? '';
    // The session is not known as ended, as in a replica that is a second behind.
    await users.updateOne({ _id: user._id }, { $set: { suspendedAt: new Date() } });

    const change = { currentPassword: password, newPassword: 'another plum tree' };
    const { body } = await request(service.app)
      .put('/api/users/password')
      .set('Cookie', cookie)
      .send(change)
      .expect(403);

    expect(body.errors[0].code).toBe('account_suspended');
  });

  it('returns 409 for an account that is suspended or of an operator, 404 and 400', async () => {
    const user = await aRegisteredUser();
    await act(user, '/suspend').expect(200);

    expect((await act(user, '/suspend').expect(409)).body.errors[0].code).toBe('already_suspended');
    const other = await aRegisteredUser();
    await grantOperator(other._id, { operatorId: null, reason: 'on call' });
    expect((await act(other, '/suspend').expect(409)).body.errors[0].code).toBe('user_is_operator');
    await act({ _id: newId() }, '/suspend').expect(404);
    await act(user, '/suspend', ' ').expect(400);
  });

  it('returns 403 operator_required to a user, and changes nothing', async () => {
    const user = await aRegisteredUser();

    const { body } = await request(service.app)
      .post(path(user, '/suspend'))
      .set('Cookie', sessionCookie(aUser()))
      .send({ reason: 'a rival' })
      .expect(403);

    expect(body.errors[0].code).toBe('operator_required');
    await signIn(user).expect(200);
  });
});

describe('POST /api/users/admin/accounts/:id/restore', () => {
  it('lets the account sign in again, and publishes it, also on a resync', async () => {
    const user = await aRegisteredUser();
    await act(user, '/suspend').expect(200);

    const { body } = await act(user, '/restore', 'it was a mistake').expect(200);

    expect(body).not.toHaveProperty('suspendedAt');
    await signIn(user).expect(200);
    const restored = { id: user._id, version: 2, sellingSuspended: false, suspended: false };
    await eventually(() => published('user:updated').length === 2);
    expect(published('user:updated').at(-1)).toEqual(restored);
    service.bus.published.splice(0);
    await service.bus.deliver('resync:requested', {
      id: newId(),
      subjects: ['user:updated'],
      activeOnly: false,
    });
    await resyncsDone(db);
    expect(published('user:updated')).toContainEqual(restored);
    expect((await act(user, '/restore').expect(409)).body.errors[0].code).toBe('not_suspended');
  });
});

describe('POST /api/users/admin/accounts/:id/restore-selling', () => {
  it('lets a seller list tickets again who refunded too many sales', async () => {
    const user = await aRegisteredUser();
    await users.updateOne({ _id: user._id }, { $set: { sellingSuspendedAt: new Date() } });

    const { body } = await act(user, '/restore-selling', 'the events were moved').expect(200);

    expect(body.selling.suspended).toBe(false);
    await eventually(() => published('operator:acted').length === 1);
    expect(published('operator:acted')).toMatchObject([{ action: 'selling_restored', target: user._id }]);
    await act(user, '/restore-selling').expect(409);
  });
});

describe('GET /api/users/admin/accounts', () => {
  const get = (url: string) => request(service.app).get(url).set('Cookie', sessionCookie(operator));

  it('finds an account by its id and by its address, and never shows a hash', async () => {
    const user = await aRegisteredUser();

    for (const q of [user._id, user.email.toUpperCase()]) {
      const { body } = await get(`/api/users/admin/accounts?q=${encodeURIComponent(q)}`).expect(200);
      expect(body).toEqual([
        {
          id: user._id,
          email: user.email,
          version: 0,
          createdAt: user.createdAt.toISOString(),
          selling: { refunds: 0, limit: 3, days: 90, suspended: false },
        },
      ]);
    }
    expect((await get('/api/users/admin/accounts?q=no-one@example.com').expect(200)).body).toEqual([]);
    expect((await get(path(user)).expect(200)).body.email).toBe(user.email);
    await get(path({ _id: newId() })).expect(404);
    await get('/api/users/admin/accounts').expect(400);
  });
});
