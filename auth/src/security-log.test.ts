import { createPrivateKey } from 'node:crypto';
import { newId } from '@ticketing/common';
import { recordingLog, testKeys } from '@ticketing/common/testing';
import { aRegisteredUser, cookieOf, password, request, signingKey, useService } from '../test/service.ts';
import { failureLimits } from './password.ts';
import { emailHashes } from './security-log.ts';

const { log, lines, security } = recordingLog();
const service = useService({ log });
const hashEmail = emailHashes(undefined, signingKey.key);

beforeEach(() => {
  lines.splice(0);
});
afterEach(() => {
  const text = JSON.stringify(lines);
  for (const secret of [password, 'another plum', 'example.com', '127.0.0.1'])
    expect(text).not.toContain(secret);
});

function send(method: 'post' | 'put', path: string, body: object, cookie = '') {
  return request(service.app)[method](`/api/users/${path}`).set('Cookie', cookie).send(body);
}

async function signedIn() {
  const user = await aRegisteredUser();
  const response = await send('post', 'signin', { email: user.email, password }).expect(200);
  return { user, cookie: cookieOf(response) ?? '' };
}

describe('the security log of auth', () => {
  it('has the user, the hash of the address, the network and the request of a sign-up', async () => {
    const email = `${newId()}@example.com`;

    const { body, headers } = await send('post', 'signup', { email: email.toUpperCase(), password }).expect(
      201,
    );

    expect(security()).toEqual([
      expect.objectContaining({
        ...{ event: 'sign_up', userId: (body as { id: string }).id, emailHash: hashEmail(email) },
        ...{
          network: expect.stringMatching(/^(127\.0\.0\.0\/24|0:0:0:0::\/56)$/),
          requestId: headers['x-request-id'],
        },
      }),
    ]);
  });

  it('has a sign-in, a failed one and one for an address without an account, by the hash of the address', async () => {
    const { user } = await signedIn();
    const unknown = `${newId()}@example.com`;

    await send('post', 'signin', { email: user.email, password: 'another plum' }).expect(400);
    await send('post', 'signin', { email: unknown, password }).expect(400);

    expect(security()).toMatchObject([
      { event: 'sign_in', userId: user._id, emailHash: hashEmail(user.email) },
      { event: 'sign_in_failed', emailHash: hashEmail(user.email) },
      { event: 'sign_in_failed', emailHash: hashEmail(unknown) },
    ]);
  });

  it('has a lock-out, once', async () => {
    const { email } = await aRegisteredUser();
    for (let i = 0; i < failureLimits.perEmail; i += 1)
      await send('post', 'signin', { email, password: 'another plum' }).expect(400);

    await send('post', 'signin', { email, password }).expect(429);

    expect(security().slice(-1)).toMatchObject([{ event: 'locked_out', emailHash: hashEmail(email) }]);
    expect(security('refused')).toEqual([]);
  });

  it.each([
    ['signout', 'sign_out'],
    ['signout-everywhere', 'sign_out_everywhere'],
  ])('has the user of POST /api/users/%s', async (path, event) => {
    const { user, cookie } = await signedIn();

    await send('post', path, {}, cookie).expect(200);

    expect(security(event)).toMatchObject([{ userId: user._id }]);
  });

  it('has no sign-out of a client that was signed out already', async () => {
    await send('post', 'signout', {}).expect(200);

    expect(security()).toEqual([]);
  });

  it('has a change of the password and an attempt with a wrong one', async () => {
    const { user, cookie } = await signedIn();
    const change = (currentPassword: string) =>
      send('put', 'password', { currentPassword, newPassword: 'another plum tree' }, cookie);

    await change('another plum').expect(400);
    await change(password).expect(200);

    expect(security('password_change_failed')).toMatchObject([{ userId: user._id }]);
    expect(security('password_changed')).toMatchObject([{ userId: user._id }]);
  });
});

describe('emailHashes', () => {
  it('gives every replica the same hash, by the given key or by the signing key', () => {
    const replica = createPrivateKey(testKeys.privateKey);
    const [given, other] = [emailHashes('k'.repeat(32), replica), emailHashes('o'.repeat(32), replica)];
    const hashes = [hashEmail, given, other].map((hash) => hash('ada@example.com'));

    expect(emailHashes(undefined, replica)('ada@example.com')).toBe(hashes[0]);
    expect(new Set(hashes).size).toBe(3);
    expect(hashes[0]).toMatch(/^[\w-]{22}$/);
    expect(hashEmail('eda@example.com')).not.toBe(hashes[0]);
  });
});
