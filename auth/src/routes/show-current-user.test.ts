import { idTimestampMs } from '@ticketing/common';
import { aUser, sessionCookie } from '@ticketing/common/testing';
import { aRegisteredUser, claimsOf, request, signingKey, useService } from '../../test/service.ts';
import { storeEndedSession } from '../models/ended-session.ts';
import type { User } from '../models/user.ts';
import { endAllSessions } from '../models/user.ts';
import { signToken } from '../tokens.ts';

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;
const service = useService();

function show(cookie = '') {
  return request(service.app).get('/api/users/currentuser').set('Cookie', cookie).expect(200);
}

/** An id with a timestamp `agoMs` ago. */
function idOf(agoMs: number): string {
  return (
    Math.floor((Date.now() - agoMs) / 1000)
      .toString(16)
      .padStart(8, '0') + 'a'.repeat(16)
  );
}

/** A cookie that auth set `agoMs` ago, in the session `sid`. */
function cookieFrom(agoMs: number, user: User, sid = idOf(agoMs)): string {
  const token = signToken(signingKey, user, sid, Date.now() - agoMs);
  return `encore-session=${Buffer.from(JSON.stringify({ jwt: token })).toString('base64')}`;
}

describe('GET /api/users/currentuser', () => {
  it('returns id and e-mail address of the user who is signed in', async () => {
    const { _id: id, email } = await aRegisteredUser();

    for (const path of ['from the database', 'from memory']) {
      const response = await show(sessionCookie(aUser({ id })));
      expect([path, response.body]).toEqual([path, { currentUser: { id, email } }]);
      expect(response.headers['set-cookie']).toBeUndefined();
    }
  });

  it.each([
    ['no cookie', ''],
    ['a broken cookie', 'encore-session=%%%'],
    [
      'a cookie with a malformed token',
      `encore-session=${Buffer.from('{"jwt":"a.b.c"}').toString('base64')}`,
    ],
    ['an expired token', sessionCookie(aUser(), { expiresInSeconds: -1 })],
    ['a user who does not exist', sessionCookie(aUser())],
  ])('returns null for %s', async (_what, cookie) => {
    expect((await show(cookie)).body).toEqual({ currentUser: null });
  });

  it('renews a token older than an hour, in the same session', async () => {
    const user = await aRegisteredUser();
    const sid = idOf(2 * DAY);

    const before = Date.now();
    const response = await show(cookieFrom(HOUR + 2_000, user, sid));

    const claims = claimsOf(response);
    expect(claims).toMatchObject({ sub: user._id, sid, sv: 0 });
    expect(claims.exp * 1000).toBeGreaterThan(before + 12 * HOUR - 5_000);
  });

  it('does not renew a token younger than an hour', async () => {
    const response = await show(cookieFrom(HOUR - 60_000, await aRegisteredUser()));

    expect(response.body.currentUser).not.toBeNull();
    expect(response.headers['set-cookie']).toBeUndefined();
  });

  it('renews no token beyond thirty days after the session started', async () => {
    const user = await aRegisteredUser();
    const sid = idOf(30 * DAY - 3 * HOUR);

    const last = await show(cookieFrom(11 * HOUR, user, sid));
    const lastToken = await show(cookieFrom(2 * HOUR, user, sid));

    expect(claimsOf(last).exp * 1000).toBe(idTimestampMs(sid) + 30 * DAY);
    expect(lastToken.headers['set-cookie']).toBeUndefined();
    expect(lastToken.body.currentUser).not.toBeNull();
  });

  it('returns null for an ended session, even before its session:ended event arrives', async () => {
    const [everywhere, here] = await Promise.all([aRegisteredUser(), aRegisteredUser()]);
    const sid = idOf(2 * HOUR);
    await endAllSessions(everywhere._id);
    await storeEndedSession({ id: here._id, sid, sessionVersion: 0 });

    for (const user of [everywhere, here]) {
      const response = await show(cookieFrom(2 * HOUR, user, sid));
      expect(response.body).toEqual({ currentUser: null });
      expect(response.headers['set-cookie']?.[0]).toMatch(/^encore-session=;/);
    }
    expect((await show(cookieFrom(2 * HOUR, here, idOf(3 * HOUR)))).body.currentUser).not.toBeNull();
  });

  it('returns null once session:ended of the session has arrived', async () => {
    const user = aUser({ id: (await aRegisteredUser())._id });
    expect((await show(sessionCookie(user))).body.currentUser).not.toBeNull();
    await service.bus.deliver('session:ended', { userId: user.id, sid: user.sid, sessionVersion: 0 });

    expect((await show(sessionCookie(user))).body).toEqual({ currentUser: null });
  });

  it('uses the first valid one of several session cookies', async () => {
    const [first, second] = [await aRegisteredUser(), await aRegisteredUser()];
    const [one, two] = [first, second].map(({ _id }) => sessionCookie(aUser({ id: _id })));

    const response = await show(`encore-session=x; ${one}; ${two}`);

    expect(response.body.currentUser).toEqual({ id: first._id, email: first.email });
  });
});
