import { idTimestampMs } from '@ticketing/common';
import { aUser, sessionCookie } from '@ticketing/common/testing';
import { aRegisteredUser, claimsOf, request, signingKey, useService } from '../../test/service.ts';
import { endAllSessions, endSession } from '../models/user.ts';
import type { User } from '../models/user.ts';
import { signToken } from '../tokens.ts';

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;
const service = useService();

function ask(cookie = '') {
  return request(service.app).get('/api/users/currentuser').set('Cookie', cookie).expect(200);
}

/** An id of so long ago. */
function idOf(agoMs: number): string {
  return (
    Math.floor((Date.now() - agoMs) / 1000)
      .toString(16)
      .padStart(8, '0') + 'a'.repeat(16)
  );
}

/** The cookie that auth gave a while ago, in a session that began when `sid` says. */
function cookieFrom(agoMs: number, user: User, sid = idOf(agoMs)): string {
  const token = signToken(signingKey, user, sid, Date.now() - agoMs);
  return `session=${Buffer.from(JSON.stringify({ jwt: token })).toString('base64')}`;
}

describe('GET /api/users/currentuser', () => {
  it('says who is signed in, and nothing about the password', async () => {
    const user = aUser();

    const response = await ask(sessionCookie(user));

    expect(response.body).toEqual({ currentUser: { id: user.id, email: user.email } });
    expect(response.headers['set-cookie']).toBeUndefined();
  });

  it.each([
    ['nobody', ''],
    ['a broken cookie', 'session=%%%'],
    ['a cookie of something else', `session=${Buffer.from('{"jwt":"a.b.c"}').toString('base64')}`],
    ['an expired token', sessionCookie(aUser(), { expiresInSeconds: -1 })],
  ])('says null for %s', async (_what, cookie) => {
    expect((await ask(cookie)).body).toEqual({ currentUser: null });
  });

  it('renews a token of more than an hour under the same session', async () => {
    const user = await aRegisteredUser();
    const sid = idOf(2 * DAY);

    const response = await ask(cookieFrom(HOUR + 2_000, user, sid));

    const claims = claimsOf(response);
    expect(claims).toMatchObject({ sub: user._id, sid, sv: 0 });
    expect(claims.exp * 1000).toBeGreaterThan(Date.now() + 12 * HOUR - 5_000);
  });

  it('leaves a younger token alone', async () => {
    const response = await ask(cookieFrom(HOUR - 60_000, await aRegisteredUser()));

    expect(response.body.currentUser).not.toBeNull();
    expect(response.headers['set-cookie']).toBeUndefined();
  });

  it('lets no session live longer than thirty days', async () => {
    const user = await aRegisteredUser();
    const sid = idOf(30 * DAY - 3 * HOUR);

    const last = await ask(cookieFrom(11 * HOUR, user, sid));
    const afterTheLast = await ask(cookieFrom(2 * HOUR, user, sid));

    expect(claimsOf(last).exp * 1000).toBe(idTimestampMs(sid) + 30 * DAY);
    expect(afterTheLast.headers['set-cookie']).toBeUndefined();
    expect(afterTheLast.body.currentUser).not.toBeNull();
  });

  it('renews no session that is over, though the news has not come around', async () => {
    const [everywhere, here] = await Promise.all([aRegisteredUser(), aRegisteredUser()]);
    const sid = idOf(2 * HOUR);
    await endAllSessions(everywhere._id);
    await endSession(here._id, sid);

    for (const user of [everywhere, here]) {
      const response = await ask(cookieFrom(2 * HOUR, user, sid));
      expect(response.body).toEqual({ currentUser: null });
      expect(response.headers['set-cookie']?.[0]).toMatch(/^session=;/);
    }
    expect((await ask(cookieFrom(2 * HOUR, here, idOf(3 * HOUR)))).body.currentUser).not.toBeNull();
  });

  it('knows within an event that a session was ended', async () => {
    const user = aUser();
    await service.bus.deliver('session:ended', { userId: user.id, sid: user.sid, sessionVersion: 0 });

    expect((await ask(sessionCookie(user))).body).toEqual({ currentUser: null });
  });
});
