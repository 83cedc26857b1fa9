import { newId } from '@ticketing/common';
import { eventually, sessionCookie } from '@ticketing/common/testing';
import { aRegisteredUser, claimsOf, cookieOf, password, request, useService } from '../../test/service.ts';
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

function signIn(email: string, secret: string) {
  return request(service.app).post('/api/users/signin').send({ email, password: secret });
}

describe('PUT /api/users/password', () => {
  it('changes it, ends all other sessions and starts a new one', async () => {
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

    await service.bus.deliver('session:ended', event.data as never);
    const who = (c: string) => request(service.app).get('/api/users/currentuser').set('Cookie', c);
    expect((await who(cookie)).body).toEqual({ currentUser: null });
    expect((await who(cookieOf(response) ?? '')).body.currentUser).toMatchObject({ id: user.id });
  });

  it('lets one of many change it at once', async () => {
    const { user, cookie } = await signedIn();

    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        change(cookie, { currentPassword: password, newPassword: `${better} ${n}` }),
      ),
    );

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(7);
    expect(await User.findById(user.id)).toMatchObject({ version: 1, sessionVersion: 1 });
  });

  it('refuses a wrong current password, and counts it as a guess', async () => {
    const { cookie } = await signedIn();
    const body = { currentPassword: 'not this one', newPassword: better };

    for (let n = 0; n < 10; n++) {
      const { body: answer } = await change(cookie, body).expect(400);
      expect(answer.errors[0]).toMatchObject({ field: 'currentPassword', code: 'invalid_credentials' });
    }
    await change(cookie, { currentPassword: password, newPassword: better }).expect(429);
  });

  it.each([
    ['nothing', {}, ['currentPassword', 'newPassword']],
    ['a short one', { currentPassword: password, newPassword: 'short' }, ['newPassword']],
    ['a common one', { currentPassword: password, newPassword: 'sunshine' }, ['newPassword']],
    ['an operator', { currentPassword: { $ne: 1 }, newPassword: better }, ['currentPassword']],
  ])('refuses %s', async (_what, body, fields) => {
    const { cookie } = await signedIn();

    const response = await change(cookie, body).expect(400);

    expect(response.body.errors.map(({ field }: { field: string }) => field)).toEqual(fields);
  });

  it('is for those who are signed in', async () => {
    await change('', {}).expect(401);
  });
});
