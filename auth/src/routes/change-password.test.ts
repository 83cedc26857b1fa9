import type { EventData } from '@ticketing/common';
import { newId } from '@ticketing/common';
import { eventually, sessionCookie } from '@ticketing/common/testing';
import {
  aRegisteredUser,
  claimsOf,
  cookieOf,
  deviceCookieOf,
  password,
  request,
  useService,
} from '../../test/service.ts';
import { User } from '../models/user.ts';

const service = useService();
const better = 'two plum trees in May';

async function signedIn() {
  const { _id: id, email } = await aRegisteredUser();
  const user = { id, email, sid: newId(), sessionVersion: 0 };
  return { user, cookie: sessionCookie(user) };
}

function change(cookie: string, body: object) {
  return request(service.app).put('/api/users/password').set('Cookie', cookie).send(body);
}

function signIn(email: string, withPassword: string) {
  return request(service.app).post('/api/users/signin').send({ email, password: withPassword });
}

describe('PUT /api/users/password', () => {
  it('changes the password, ends all other sessions and starts a new one', async () => {
    const { user, cookie } = await signedIn();

    const response = await change(cookie, { currentPassword: password, newPassword: better }).expect(200);

    expect(response.body).toEqual({ id: user.id, email: user.email });
    expect(claimsOf(response)).toMatchObject({ sub: user.id, sv: 1 });
    const event = await eventually(() => service.bus.published.at(0));
    expect(event).toEqual({
      name: 'session:ended',
      data: { userId: user.id, sid: null, sessionVersion: 1 },
    });
    await signIn(user.email, password).expect(400);
    await signIn(user.email, better).expect(200);

    await service.bus.deliver('session:ended', event.data as EventData<'session:ended'>);
    const currentUser = (c: string) => request(service.app).get('/api/users/currentuser').set('Cookie', c);
    expect((await currentUser(cookie)).body).toEqual({ currentUser: null });
    expect((await currentUser(cookieOf(response) ?? '')).body.currentUser).toMatchObject({ id: user.id });
  });

  it('leaves this device known to the account, and no other', async () => {
    const { user, cookie } = await signedIn();
    const other = deviceCookieOf(await signIn(user.email, password).expect(200)) ?? '';
    await User.updateOne({ _id: user.id }, { $unset: { networks: 1 } }); // as from other networks
    const response = await change(cookie, { currentPassword: password, newPassword: better }).expect(200);
    for (let n = 0; n < 10; n++) await signIn(user.email, 'not this one').expect(400);

    await signIn(user.email, better).set('Cookie', other).expect(429);
    await signIn(user.email, better)
      .set('Cookie', deviceCookieOf(response) ?? '')
      .expect(200);
  });

  it('lets one of 8 simultaneous changes win', async () => {
    const { user, cookie } = await signedIn();

    const responses = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        change(cookie, { currentPassword: password, newPassword: `${better} ${n}` }),
      ),
    );

    expect(responses.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(responses.filter(({ status }) => status === 400)).toHaveLength(7);
    expect(await User.findById(user.id)).toMatchObject({ version: 1, sessionVersion: 1 });
  });

  it('returns 400 for a wrong current password, and 429 after ten of them', async () => {
    const { cookie } = await signedIn();
    const body = { currentPassword: 'not this one', newPassword: better };

    for (let n = 0; n < 10; n++) {
      const { body: error } = await change(cookie, body).expect(400);
      expect(error.errors[0]).toMatchObject({ field: 'currentPassword', code: 'invalid_credentials' });
    }
    await change(cookie, { currentPassword: password, newPassword: better }).expect(429);
  });

  it('succeeds while strangers are locked out of the account', async () => {
    const { user, cookie } = await signedIn();
    const { email } = (await User.findById(user.id)) ?? {};
    const guess = { email, password: 'not this one' };
    for (let n = 0; n < 10; n++) await request(service.app).post('/api/users/signin').send(guess).expect(400);
    await request(service.app).post('/api/users/signin').send(guess).expect(429);

    await change(cookie, { currentPassword: password, newPassword: better }).expect(200);
  });

  it.each([
    ['an empty body', {}, ['currentPassword', 'newPassword']],
    ['a short new password', { currentPassword: password, newPassword: 'short' }, ['newPassword']],
    ['a common new password', { currentPassword: password, newPassword: 'sunshine' }, ['newPassword']],
    [
      'the domain of the e-mail address in the new password',
      { currentPassword: password, newPassword: 'an example in May' },
      ['newPassword'],
    ],
    [
      'an operator as current password',
      { currentPassword: { $ne: 1 }, newPassword: better },
      ['currentPassword'],
    ],
  ])('returns 400 for %s', async (_what, body, fields) => {
    const { cookie } = await signedIn();

    const response = await change(cookie, body).expect(400);

    expect(response.body.errors.map(({ field }: { field: string }) => field)).toEqual(fields);
  });

  it('returns 401 without a session', async () => {
    await change('', {}).expect(401);
  });
});
