import { aRegisteredUser, claimsOf, password, request, useService } from '../../test/service.ts';
import { User } from '../models/user.ts';

const service = useService();
const signUp = (body: object) => request(service.app).post('/api/users/signup').send(body);

describe('POST /api/users/signup', () => {
  it('creates a user and starts a session', async () => {
    const response = await signUp({ email: ' Ann@Example.com ', password }).expect(201);

    const stored = await User.findOne({ email: 'ann@example.com' }).select('+outbox').lean();
    expect(response.body).toEqual({ id: stored?._id, email: 'ann@example.com' });
    expect(claimsOf(response)).toMatchObject({ sub: stored?._id, email: 'ann@example.com', sv: 0 });
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
    ['a list as e-mail address', { email: ['ann@example.com'], password }, ['email']],
    ['an e-mail address of 300 characters', { email: `${'a'.repeat(290)}@b.example`, password }, ['email']],
    ['a short password', { email: 'bo@example.com', password: 'xk7 plu' }, ['password']],
    ['a long password', { email: 'bo@example.com', password: 'ab'.repeat(65) }, ['password']],
    ['a common password', { email: 'bo@example.com', password: 'iloveyou' }, ['password']],
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
