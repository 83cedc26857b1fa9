import type { EventData } from '@ticketing/common';
import { aUser, eventually, sessionCookie } from '@ticketing/common/testing';
import { aRegisteredUser, cookieOf, password, request, useService } from '../../test/service.ts';
import { recordEndedSince } from '../follow-ended-sessions.ts';
import { EndedSession, endedSessions } from '../models/ended-session.ts';
import { User } from '../models/user.ts';

const service = useService();

async function signedIn() {
  const user = await aRegisteredUser();
  const response = await request(service.app).post('/api/users/signin').send({ email: user.email, password });
  return { user, cookie: cookieOf(response) ?? '' };
}

function post(path: string, cookie = '') {
  return request(service.app).post(`/api/users/${path}`).set('Cookie', cookie);
}

describe('POST /api/users/signout', () => {
  it('clears the cookie and publishes session:ended', async () => {
    const { user, cookie } = await signedIn();

    const response = await post('signout', cookie).expect(200);

    expect(response.body).toEqual({});
    expect(response.headers['set-cookie']?.[0]).toMatch(/^encore-session=; .*expires=Thu, 01 Jan 1970/);
    const event = await eventually(() => service.bus.published.at(0));
    expect(event).toEqual({
      name: 'session:ended',
      data: { userId: user._id, sid: expect.stringMatching(/^[0-9a-f]{24}$/), sessionVersion: 0 },
    });
    expect(await EndedSession.findOne({ userId: user._id })).toMatchObject({ version: 0, sessionVersion: 0 });
  });

  it('ends the session in auth at once, without its event, and in every replica by the database', async () => {
    const { cookie } = await signedIn();
    service.bus.status = 'down';
    const startedAt = Date.now();
    await post('signout', cookie).expect(200);

    const { body } = await request(service.app).get('/api/users/currentuser').set('Cookie', cookie);
    expect(body).toEqual({ currentUser: null });
    const recorded: unknown[] = [];
    await recordEndedSince(new Date(startedAt - 1), { record: (ended) => recorded.push(ended) });
    expect(recorded).toEqual([{ userId: expect.any(String), sid: expect.any(String), sessionVersion: 0 }]);
    service.bus.status = 'up';
  });

  it('ends this session, but no other session of the user', async () => {
    const { user, cookie } = await signedIn();
    const other = sessionCookie(aUser({ id: user._id }));
    await post('signout', cookie).expect(200);
    const ended = await eventually(() => service.bus.published.at(0));
    await service.bus.deliver('session:ended', ended.data as EventData<'session:ended'>);

    const currentUser = (c: string) => request(service.app).get('/api/users/currentuser').set('Cookie', c);
    expect((await currentUser(cookie)).body).toEqual({ currentUser: null });
    expect((await currentUser(other)).body.currentUser).toMatchObject({ id: user._id });
  });

  it('ends the session of every cookie that came with the request', async () => {
    const [one, two] = [await signedIn(), await signedIn()];
    await post('signout', `${one.cookie}; ${two.cookie}`).expect(200);

    for (const { cookie } of [one, two]) {
      const { body } = await request(service.app).get('/api/users/currentuser').set('Cookie', cookie);
      expect(body).toEqual({ currentUser: null });
    }
    const ended = () => service.bus.published.map(({ data }) => (data as EventData<'session:ended'>).userId);
    await eventually(() => [one, two].every(({ user }) => ended().includes(user._id)));
  });

  it.each([
    ['there is no cookie', ''],
    ['the cookie is broken', 'encore-session=nonsense'],
    ['the token has expired', sessionCookie(aUser(), { expiresInSeconds: -1 })],
    ['the user no longer exists', sessionCookie(aUser())],
  ])('returns 200 and clears the cookie when %s', async (_what, cookie) => {
    const response = await post('signout', cookie).expect(200);

    expect(response.body).toEqual({});
    expect(response.headers['set-cookie']?.[0]).toMatch(/^encore-session=;/);
  });

  it('publishes session:ended once the broker is available again', async () => {
    const { user, cookie } = await signedIn();
    service.bus.status = 'down';
    await post('signout', cookie).expect(200);
    service.bus.status = 'up';

    await eventually(() =>
      service.bus.published.some(({ data }) => (data as { userId: string }).userId === user._id),
    );
    await eventually(async () => (await endedSessions.findOne({ userId: user._id }))?.outbox.length === 0);
  });
});

describe('POST /api/users/signout-everywhere', () => {
  it('ends every session of the user and publishes session:ended', async () => {
    const { user, cookie } = await signedIn();

    const response = await post('signout-everywhere', cookie).expect(200);

    expect(response.body).toEqual({});
    expect(response.headers['set-cookie']?.[0]).toMatch(/^encore-session=;/);
    const event = await eventually(() => service.bus.published.at(0));
    expect(event).toEqual({
      name: 'session:ended',
      data: { userId: user._id, sid: null, sessionVersion: 1 },
    });
    expect(await User.findById(user._id)).toMatchObject({ version: 1, sessionVersion: 1 });
  });

  it('returns 401 without a session', async () => {
    await post('signout-everywhere').expect(401);
  });

  it('increments sessionVersion once for each of fifty simultaneous requests', async () => {
    const { user, cookie } = await signedIn();

    const responses = await Promise.all(Array.from({ length: 50 }, () => post('signout-everywhere', cookie)));

    expect(responses.map(({ status }) => status)).toEqual(Array(50).fill(200));
    expect(await User.findById(user._id)).toMatchObject({ version: 50, sessionVersion: 50 });
    const versions = () =>
      service.bus.published.map(({ data }) => (data as { sessionVersion: number }).sessionVersion);
    await eventually(() => new Set(versions()).size === 50);
  });
});
