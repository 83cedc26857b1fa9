import { aRegisteredUser, claimsOf, password, request, useService } from '../../test/service.ts';
import { User } from '../models/user.ts';

const service = useService();
const signUp = (body: object) => request(service.app).post('/api/users/signup').send(body);

describe('POST /api/users/signup', () => {
  it('makes a user and signs in', async () => {
    const response = await signUp({ email: ' Ann@Example.com ', password }).expect(201);

    const stored = await User.findOne({ email: 'ann@example.com' }).select('+outbox').lean();
    expect(response.body).toEqual({ id: stored?._id, email: 'ann@example.com' });
    expect(claimsOf(response)).toMatchObject({ sub: stored?._id, email: 'ann@example.com', sv: 0 });
    expect(stored).toMatchObject({ version: 0, sessionVersion: 0, outbox: [] });
    expect(stored?.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(response.headers['set-cookie']?.[0]).toMatch(/; httponly$/i);
    expect(response.headers['set-cookie']?.[0]).toMatch(/samesite=lax/i);
  });

  it('refuses an address that is taken, in whatever case', async () => {
    const { email } = await aRegisteredUser();

    const response = await signUp({ email: email.toUpperCase(), password }).expect(400);

    expect(response.body.errors).toEqual([{ message: 'Email in use', field: 'email', code: 'email_taken' }]);
    expect(response.headers['set-cookie']).toBeUndefined();
  });

  it('gives an address to one of fifty who ask at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => signUp({ email: 'race@example.com', password })),
    );

    const statuses = answers.map(({ status }) => status).sort((a, b) => a - b);
    expect(statuses).toEqual([201, ...Array<number>(49).fill(400)]);
    expect(answers.filter(({ body }) => body.errors?.[0].code === 'email_taken')).toHaveLength(49);
    expect(await User.countDocuments({ email: 'race@example.com' })).toBe(1);
  });

  it.each([
    ['without anything', {}, ['email', 'password']],
    ['with an address that is none', { email: 'ann', password }, ['email']],
    ['with an operator for an address', { email: { $ne: 1 }, password }, ['email']],
    ['with a list for an address', { email: ['ann@example.com'], password }, ['email']],
    ['with an address of 300 characters', { email: `${'a'.repeat(290)}@b.example`, password }, ['email']],
    ['with a short password', { email: 'bo@example.com', password: 'xk7 plu' }, ['password']],
    ['with a long password', { email: 'bo@example.com', password: 'ab'.repeat(65) }, ['password']],
    ['with a common password', { email: 'bo@example.com', password: 'iloveyou' }, ['password']],
    ['with a number for a password', { email: 'bo@example.com', password: 1234567890 }, ['password']],
    ['with an operator for a password', { email: 'bo@example.com', password: { $gt: '' } }, ['password']],
  ])('refuses a sign-up %s', async (_what, body, fields) => {
    const response = await signUp(body).expect(400);

    expect(response.body.errors.map(({ field }: { field: string }) => field)).toEqual(fields);
  });

  it('stores no field that it does not know', async () => {
    await signUp({ email: 'eve@example.com', password, sessionVersion: 9, isAdmin: true }).expect(201);

    const stored = await User.collection.findOne({ email: 'eve@example.com' });
    expect(stored).toMatchObject({ sessionVersion: 0 });
    expect(stored).not.toHaveProperty('isAdmin');
  });

  it('refuses what is not JSON, broken, too large or from another site', async () => {
    const post = () => request(service.app).post('/api/users/signup');

    await post().type('form').send('email=a').expect(415);
    await post().type('json').send('{"email":').expect(400);
    await post()
      .send({ email: 'x'.repeat(120_000) })
      .expect(413);
    await post().set('Origin', 'https://evil.example').send({ email: 'a@b.example', password }).expect(403);
  });
});
