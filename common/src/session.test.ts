import type { IncomingMessage } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { cookieOptions, observeRevocations, sessionReader } from './session.ts';
import { aUser, inMemoryEventBus, noRevocations, sessionCookie, testPublicKeys } from './testing.ts';

const request = (cookie?: string) => ({ headers: { cookie } }) as unknown as IncomingMessage;

describe('sessionReader', () => {
  const read = sessionReader(testPublicKeys, noRevocations, false);

  it('returns the user of a valid session cookie', () => {
    const user = aUser();

    expect(read(request(`theme=dark; ${sessionCookie(user)}; other=1`))?.user).toEqual(user);
  });

  it.each([
    ['no cookie', undefined],
    ['an empty cookie', 'encore-session='],
    ['a malformed cookie', 'encore-session=%%%'],
    ['JSON of another shape', `encore-session=${Buffer.from('{"jwt":{"$ne":1}}').toString('base64')}`],
    [
      'an unsigned token',
      `encore-session=${Buffer.from('{"jwt":"eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."}').toString('base64')}`,
    ],
  ])('returns no session for %s', (_what, cookie) => {
    expect(read(request(cookie))).toBeUndefined();
  });

  it('returns the role of an operator, and no role that is not known', () => {
    const operator = aUser({ role: 'operator' });
    const other = aUser({ role: 'owner' as never });

    expect(read(request(sessionCookie(operator)))?.user).toEqual(operator);
    expect(read(request(sessionCookie(other)))?.user).not.toHaveProperty('role');
  });

  it('returns the first valid one of several session cookies, wherever it is', () => {
    const [first, second] = [aUser(), aUser()];
    const expired = sessionCookie(aUser(), { expiresInSeconds: -1 });
    const stray = `encore-session=x; ${expired}`;

    expect(read(request(`${stray}; ${sessionCookie(first)}; ${sessionCookie(second)}`))?.user).toEqual(first);
    expect(read(request(`${sessionCookie(second)}; ${stray}`))?.user).toEqual(second);
  });

  it('returns every valid session of a request with several cookies, to end them all', () => {
    const [first, second] = [aUser(), aUser()];
    const cookies = `${sessionCookie(first)}; encore-session=x; ${sessionCookie(second)}`;
    expect(read.all(request(cookies)).map(({ user }) => user)).toEqual([first, second]);
    expect(read.all(request(''))).toEqual([]);
  });

  it('reads only __Host-session where cookies are secure, which no other host can set', () => {
    const secure = sessionReader(testPublicKeys, noRevocations, true);
    const [user, planted] = [aUser(), aUser()];
    const cookie = sessionCookie(user).replace('encore-session', '__Host-session');

    expect(secure(request(`${sessionCookie(planted)}; ${cookie}`))?.user).toEqual(user);
    expect(secure(request(sessionCookie(planted)))).toBeUndefined();
  });

  it('returns no session for a cookie longer than any that auth sets', () => {
    const cookie = `${sessionCookie(aUser())}${'='.repeat(2_048)}`;

    expect(read(request(cookie))).toBeUndefined();
  });

  it('keeps no memory of the size that a client chooses for 11,000 cookies that it verified', () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const { jwt } = JSON.parse(
      Buffer.from(sessionCookie(aUser()).split('=')[1] ?? '', 'base64').toString(),
    ) as { jwt: string };
    const reader = sessionReader(testPublicKeys, noRevocations, false);
    const other = 'x'.repeat(12_000);
    collectGarbage();
    const before = process.memoryUsage().heapUsed;

    for (let n = 0; n < 11_000; n++) {
      const cookie = Buffer.from(JSON.stringify({ jwt, n })).toString('base64');
      expect(reader(request(`other=${other}; encore-session=${cookie}`))).toBeDefined();
    }

    collectGarbage();
    const grown = process.memoryUsage().heapUsed - before; // the headers are 140 MB, and 10,000 sessions stay
    expect(grown).toBeLessThan(10_000_000);
    expect(reader(request(sessionCookie(aUser())))).toBeDefined(); // it is still in use, with its cache
  });

  it('returns no session for an expired token', () => {
    const cookie = sessionCookie(aUser(), { expiresInSeconds: -1 });

    expect(read(request(cookie))).toBeUndefined();
  });

  it('returns no session for a token signed with an unknown key', () => {
    const other = sessionReader([], noRevocations, false);

    expect(other(request(sessionCookie(aUser())))).toBeUndefined();
  });

  it('returns no session after sign-out on this device or everywhere, although it was cached', async () => {
    const bus = inMemoryEventBus();
    const revocations = observeRevocations(bus);
    const reader = sessionReader(testPublicKeys, revocations, false);
    const phone = aUser();
    const laptop = { ...phone, sid: 'another' };
    const asPhone = request(sessionCookie(phone));
    const asLaptop = request(sessionCookie(laptop));
    expect(reader(asPhone)).toBeDefined();

    await bus.deliver('session:ended', { userId: phone.id, sid: phone.sid, sessionVersion: 0 });
    expect([reader(asPhone), reader(asLaptop)?.user]).toEqual([undefined, laptop]);

    await bus.deliver('session:ended', { userId: phone.id, sid: null, sessionVersion: 1 });
    expect(reader(asLaptop)).toBeUndefined();
    expect(reader(request(sessionCookie({ ...laptop, sessionVersion: 1 })))).toBeDefined();
  });

  it('keeps a session revoked when an older session:ended arrives late', async () => {
    const bus = inMemoryEventBus();
    const revocations = observeRevocations(bus);
    const user = aUser({ sessionVersion: 2 });

    await bus.deliver('session:ended', { userId: user.id, sid: null, sessionVersion: 3 });
    await bus.deliver('session:ended', { userId: user.id, sid: null, sessionVersion: 1 });

    expect(revocations.isRevoked(user)).toBe(true);
  });

  it('has a cookie that scripts and other sites cannot use', () => {
    expect(cookieOptions(true)).toMatchObject({
      httpOnly: true,
      sameSite: 'lax',
      secure: true,
      signed: false,
    });
  });
});
