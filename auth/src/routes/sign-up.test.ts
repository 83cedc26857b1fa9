import { newId } from '@ticketing/common';
import { aUser, sessionCookie } from '@ticketing/common/testing';
import { aRegisteredUser, claimsOf, password, request, useService } from '../../test/service.ts';
import { endedSessions } from '../models/ended-session.ts';
import { User } from '../models/user.ts';

const service = useService();
const signUp = (body: object) => request(service.app).post('/api/users/signup').send(body);

describe('POST /api/users/signup', () => {
  it('creates a user and starts a session', async () => {
    const response = await signUp({ email: ' Ann@Example.com ', password }).expect(201);

    const stored = await User.findOne({ email: 'ann@example.com' }).select('+outbox').lean();
    expect(response.body).toEqual({ id: stored?._id, email: 'ann@example.com' });
    expect(claimsOf(response)).toMatchObject({ sub: stored?._id, sv: 0 });
    expect(claimsOf(response)).not.toHaveProperty('email');
    expect(stored).toMatchObject({ version: 0, sessionVersion: 0, outbox: [] });
    expect(stored?.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(response.headers['set-cookie']?.[0]).toMatch(/; httponly$/i);
    expect(response.headers['set-cookie']?.[0]).toMatch(/samesite=lax/i);
  });

  it('returns 400 email_taken for an e-mail address in use, ignoring case', async () => {
    const { email } = await aRegisteredUser();

    const response = await signUp({ email: email.toUpperCase(), password }).expect(400);

    expect(response.body.errors).toEqual([{ message: 'Email in use', field: 'email', code: 'email_taken' }]);
    expect(response.headers['set-cookie']).toBeUndefined();
  });

  it('returns 200 with the account and a session for a repeated sign-up with its Idempotency-Key', async () => {
    const body = { email: `${newId()}@example.com`, password };
    const send = (key: string, changes = {}) => signUp({ ...body, ...changes }).set('Idempotency-Key', key);
    const first = await send('a-key').expect(201);

    const repeated = await send('a-key').expect(200);

    expect(repeated.body).toEqual(first.body);
    expect(claimsOf(repeated).sub).toBe(first.body.id);
    const changed = await send('a-key', { password: 'another plum tree' }).expect(409);
    expect(changed.body.errors[0].code).toBe('idempotency_key_reused');
    const foreign = await send('other-key').expect(400);
    expect(foreign.body.errors[0].code).toBe('email_taken');
    const without = await signUp(body).expect(400);
    expect(without.body.errors[0].code).toBe('email_taken');
    await User.updateOne({ email: body.email }, { $unset: { networks: 1 } }); // as from another network
    const guesses = await Promise.all(
      Array.from({ length: 11 }, (_, n) => send('a-key', { password: `a guess in May ${n}` })),
    );
    expect(guesses.map(({ status }) => status)).toContain(429);
  });

  it('creates one user for two simultaneous sign-ups with one Idempotency-Key', async () => {
    const body = { email: `${newId()}@example.com`, password };
    const send = () => signUp(body).set('Idempotency-Key', 'a-key');

    const responses = await Promise.all([send(), send()]);

    expect(responses.map(({ status }) => status).sort()).toEqual([200, 201]);
    expect(responses[0].body).toEqual(responses[1].body);
  });

  it('returns 400 email_taken for another spelling of an address in use', async () => {
    await signUp({ email: 'jürgen@bücher.example', password }).expect(201);

    const response = await signUp({ email: 'Ju\u0308rgen@xn--bcher-kva.example', password }).expect(400);

    expect(response.body.errors[0].code).toBe('email_taken');
  });

  it('ends the session that was there', async () => {
    const before = aUser({ id: (await aRegisteredUser())._id });

    await signUp({ email: `${newId()}@example.com`, password })
      .set('Cookie', sessionCookie(before))
      .expect(201);

    expect(await endedSessions.findOne({ _id: before.sid })).toMatchObject({ userId: before.id });
  });

  it('creates one user for fifty simultaneous sign-ups with one e-mail address', async () => {
    const responses = await Promise.all(
      Array.from({ length: 50 }, () => signUp({ email: 'race@example.com', password })),
    );

    const statuses = responses.map(({ status }) => status).sort((a, b) => a - b);
    expect(statuses).toEqual([201, ...Array<number>(49).fill(400)]);
    expect(responses.filter(({ body }) => body.errors?.[0].code === 'email_taken')).toHaveLength(49);
    expect(await User.countDocuments({ email: 'race@example.com' })).toBe(1);
  });

  it.each([
    ['an empty body', {}, ['email', 'password']],
    ['a malformed e-mail address', { email: 'ann', password }, ['email']],
    ['an operator as e-mail address', { email: { $ne: 1 }, password }, ['email']],
    ['a right-to-left override in the e-mail address', { email: '\u202ea@b.example', password }, ['email']],
    ['a list as e-mail address', { email: ['ann@example.com'], password }, ['email']],
    ['an e-mail address of 300 characters', { email: `${'a'.repeat(290)}@b.example`, password }, ['email']],
    ['a short password', { email: 'bo@example.com', password: 'xk7 plu' }, ['password']],
    ['a long password', { email: 'bo@example.com', password: 'ab'.repeat(65) }, ['password']],
    ['a common password', { email: 'bo@example.com', password: 'iloveyou' }, ['password']],
    [
      'the name of the shop in the password',
      { email: 'bo@example.com', password: 'encore 1984' },
      ['password'],
    ],
    ['the local part in the password', { email: 'a.plum@example.com', password }, ['password']],
    [
      'half of a character in the password',
      { email: 'bo@example.com', password: `${password}\ud800` },
      ['password'],
    ],
    ['a number as password', { email: 'bo@example.com', password: 1234567890 }, ['password']],
    ['an operator as password', { email: 'bo@example.com', password: { $gt: '' } }, ['password']],
  ])('returns 400 for %s', async (_what, body, fields) => {
    const response = await signUp(body).expect(400);

    expect(response.body.errors.map(({ field }: { field: string }) => field)).toEqual(fields);
  });

  it('returns 400 for unknown fields and creates no user', async () => {
    const response = await signUp({ email: 'eve@example.com', password, sessionVersion: 9 }).expect(400);

    expect(response.body.errors).toMatchObject([{ field: 'sessionVersion' }]);
    expect(await User.collection.findOne({ email: 'eve@example.com' })).toBeNull();
  });

  it('returns 415, 400, 413 or 403 for a body that is not JSON, malformed, too large or of a foreign Origin', async () => {
    const post = () => request(service.app).post('/api/users/signup');

    await post().type('form').send('email=a').expect(415);
    await post().type('json').send('{"email":').expect(400);
    await post()
      .send({ email: 'x'.repeat(120_000) })
      .expect(413);
    await post().set('Origin', 'https://evil.example').send({ email: 'a@b.example', password }).expect(403);
  });
});
