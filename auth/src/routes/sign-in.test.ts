import { newId } from '@ticketing/common';
import {
  aRegisteredUser,
  claimsOf,
  cookieOf,
  deviceCookieOf,
  password,
  request,
  useService,
} from '../../test/service.ts';
import { endedSessions } from '../models/ended-session.ts';
import { Failures } from '../models/failures.ts';
import { User } from '../models/user.ts';

const service = useService({ trustProxy: 1 });
let clients = 0;

beforeEach(() => {
  clients += 1;
});

/** Each test signs in from an address of its own. */
function signIn(body: object, address = `192.0.2.${clients}`) {
  return request(service.app).post('/api/users/signin').set('X-Forwarded-For', address).send(body);
}

async function failTimes(times: number, email: string, address?: string) {
  for (let n = 0; n < times; n++) await signIn({ email, password: 'not this one' }, address).expect(400);
}

async function ageFailures(minutes: number) {
  for (const { _id, at } of await Failures.find().lean()) {
    const earlier = at.map((time) => new Date(time.getTime() - minutes * 60_000));
    await Failures.updateOne({ _id }, { $set: { at: earlier } });
  }
}

describe('POST /api/users/signin', () => {
  it('returns the user and starts a session', async () => {
    const user = await aRegisteredUser();

    const response = await signIn({ email: user.email.toUpperCase(), password }).expect(200);

    expect(response.body).toEqual({ id: user._id, email: user.email });
    const claims = claimsOf(response);
    expect(claims).toMatchObject({ sub: user._id, sv: 0 });
    expect(claims.exp - claims.iat).toBe(12 * 60 * 60);
    expect(claims.sid).toMatch(/^[0-9a-f]{24}$/);
  });

  it.each([
    ['jürgen@example.com', 'Ju\u0308rgen@EXAMPLE.com'],
    ['u@bücher.example', 'u@xn--bcher-kva.example'],
    ['v@xn--zrich-kva.example', 'v@zürich.example'],
    ['bo@example.com', 'b\u200bo@example.com '],
  ])('signs in %s by another spelling, and counts failures together', async (email, other) => {
    await request(service.app).post('/api/users/signup').send({ email, password }).expect(201);
    await signIn({ email: other, password }).expect(200);

    const stranger = `198.51.100.${clients}`;
    await failTimes(5, email, stranger);
    await failTimes(5, other, stranger);

    await signIn({ email, password }, stranger).expect(429);
  });

  it('ends the session that was there', async () => {
    const [before, after] = [await aRegisteredUser(), await aRegisteredUser()];
    const cookie = cookieOf(await signIn({ email: before.email, password })) ?? '';

    await signIn({ email: after.email, password }).set('Cookie', cookie).expect(200);

    expect(await endedSessions.findOne({ userId: before._id })).not.toBeNull();
    const show = request(service.app).get('/api/users/currentuser').set('Cookie', cookie);
    expect((await show).body).toEqual({ currentUser: null });
  });

  it('returns the same error for a wrong password and an unknown e-mail address', async () => {
    const { email } = await aRegisteredUser();

    const wrong = await signIn({ email, password: 'not this one' }).expect(400);
    const unknown = await signIn({ email: 'unknown@example.com', password }).expect(400);

    expect(wrong.body.errors).toEqual([
      { message: 'Wrong e-mail address or password', code: 'invalid_credentials' },
    ]);
    expect(unknown.body.errors).toEqual(wrong.body.errors);
    expect(unknown.headers['set-cookie']).toBeUndefined();
  });

  it('takes as long for an unknown e-mail address as for a wrong password', async () => {
    // So many, because on a busy machine most of them wait for a core.
    const users = await Promise.all(Array.from({ length: 30 }, () => aRegisteredUser()));
    const times: Record<'wrong' | 'unknown', number[]> = { wrong: [], unknown: [] };
    for (const user of users)
      for (const kind of ['wrong', 'unknown'] as const) {
        const email = kind === 'wrong' ? user.email : `${newId()}@example.com`;
        const start = performance.now();
        await signIn({ email, password: 'not this one' }).expect(400);
        times[kind].push(performance.now() - start);
      }

    const ratio = Math.min(...times.unknown) / Math.min(...times.wrong);
    expect(ratio).toBeGreaterThan(0.6);
    expect(ratio).toBeLessThan(1.67);
  });

  it.each([
    ['an empty body', {}, ['email', 'password']],
    ['an operator as e-mail address', { email: { $gt: '' }, password }, ['email']],
    ['an operator as password', { email: 'a@example.com', password: { $ne: 1 } }, ['password']],
    ['a password of 5000 characters', { email: 'a@example.com', password: 'x'.repeat(5000) }, ['password']],
  ])('returns 400 for %s', async (_what, body, fields) => {
    const response = await signIn(body).expect(400);

    expect(response.body.errors.map(({ field }: { field: string }) => field)).toEqual(fields);
  });
});

describe('repeated failures to sign in', () => {
  it('of a stranger never lock out the owner, from a network that signed up or in before', async () => {
    const [home, office, stranger] = ['203.0.113.20', '203.0.113.21', '203.0.113.22'];
    const email = `${newId()}@example.com`;
    await request(service.app)
      .post('/api/users/signup')
      .set('X-Forwarded-For', home)
      .send({ email, password })
      .expect(201);
    await signIn({ email, password }, office).expect(200);

    await failTimes(10, email, stranger);
    const guesses = await Promise.all(
      Array.from({ length: 40 }, () => signIn({ email, password: 'not this one' }, stranger)),
    );

    expect(guesses.map(({ status }) => status)).toEqual(Array(40).fill(429));
    await signIn({ email, password }, stranger).expect(429);
    await signIn({ email, password }, home).expect(200);
    await signIn({ email, password }, office).expect(200);
  });

  it('from a known network have a counter of their own, of a hundred', async () => {
    const [home, elsewhere] = ['203.0.113.30', '203.0.113.31'];
    const { email } = await aRegisteredUser();
    await signIn({ email, password }, home).expect(200);

    await failTimes(11, email, home);

    const _id = `known:${home}:${email}`;
    expect((await Failures.findOne({ _id }))?.at).toHaveLength(11);
    await Failures.updateOne({ _id }, { at: Array<Date>(100).fill(new Date()) });
    const response = await signIn({ email, password }, home).expect(429);
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(14 * 60);
    await signIn({ email, password }, elsewhere).expect(200);
  });

  it('of a stranger never lock out a device that signed in before, from any network', async () => {
    const { email } = await aRegisteredUser();
    const device = deviceCookieOf(await signIn({ email, password }, '203.0.113.60').expect(200)) ?? '';
    const onDevice = (body: object) => signIn(body, '203.0.113.61').set('Cookie', device);

    await failTimes(10, email, '203.0.113.62');
    for (let n = 0; n < 40; n++)
      await signIn({ email, password: 'not this one' }, '203.0.113.62').expect(429);

    await signIn({ email, password }, '203.0.113.61').expect(429);
    for (let n = 0; n < 9; n++) await onDevice({ email, password: 'not this one' }).expect(400);
    await onDevice({ email, password }).expect(200);
  });

  it('on a known device have a counter of their own, of ten', async () => {
    const { email } = await aRegisteredUser();
    const device = deviceCookieOf(await signIn({ email, password }, '203.0.113.70').expect(200)) ?? '';
    const onDevice = (body: object) => signIn(body, '203.0.113.71').set('Cookie', device);

    for (let n = 0; n < 10; n++) await onDevice({ email, password: 'not this one' }).expect(400);

    const response = await onDevice({ email, password }).expect(429);
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(14 * 60);
    await failTimes(1, email, '203.0.113.72');
    await signIn({ email, password }, '203.0.113.70').expect(200);
  });

  it('count as those of a stranger on a device that signed in to another account', async () => {
    const [own, other] = [await aRegisteredUser(), await aRegisteredUser()];
    const device = deviceCookieOf(await signIn({ email: own.email, password }, '203.0.113.80')) ?? '';
    await failTimes(10, other.email, '203.0.113.81');

    await signIn({ email: other.email, password }, '203.0.113.80').set('Cookie', device).expect(429);
  });

  it('from one network at many addresses never lock out those who signed in from it before', async () => {
    const network = '203.0.113.40';
    const [known, other] = [await aRegisteredUser(), await aRegisteredUser()];
    await signIn({ email: known.email, password }, network).expect(200);
    const expiresAt = new Date(Date.now() + 900_000);
    await Failures.create({ _id: `address:${network}`, at: Array<Date>(100).fill(new Date()), expiresAt });

    await signIn({ email: other.email, password }, network).expect(429);
    await signIn({ email: known.email, password }, network).expect(200);
  });

  it('take the higher limit of a known network away from accounts that share an address', async () => {
    const network = '203.0.113.50';
    const [older, younger] = [await aRegisteredUser(), await aRegisteredUser()];
    await signIn({ email: younger.email, password }, network).expect(200);
    await User.updateOne(
      { _id: younger._id },
      { $set: { collidesWith: older.email }, $unset: { emailKey: 1 } },
    );

    await failTimes(10, older.email, network);

    await signIn({ email: older.email, password }, network).expect(429);
  });

  it('lock out an e-mail address for fifteen minutes after ten failures from any clients', async () => {
    const { email } = await aRegisteredUser();
    await failTimes(5, email);
    await failTimes(5, email, '198.51.100.1');

    const response = await signIn({ email, password }, '198.51.100.2').expect(429);

    const [{ code, endsAt, serverNow }] = response.body.errors;
    expect(code).toBe('locked_out');
    expect(Date.parse(endsAt) - Date.parse(serverNow)).toBeGreaterThan(14 * 60_000);
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(14 * 60);
    expect(Number(response.headers['retry-after'])).toBeLessThanOrEqual(15 * 60);
    await ageFailures(15);
    await signIn({ email, password }).expect(200);
  });

  it('lock out an e-mail address without an account too', async () => {
    await failTimes(10, 'unknown-too@example.com');

    await signIn({ email: 'Unknown-too@example.com', password }).expect(429);
  });

  it('return 400 ten times and 429 forty times for fifty simultaneous attempts', async () => {
    const { email } = await aRegisteredUser();

    const responses = await Promise.all(
      Array.from({ length: 50 }, () => signIn({ email, password: 'not this one' })),
    );

    expect(responses.filter(({ status }) => status === 400)).toHaveLength(10);
    expect(responses.filter(({ status }) => status === 429)).toHaveLength(40);
  });

  it('are reset by the right password, which itself never counts', async () => {
    const { email } = await aRegisteredUser();
    await failTimes(9, email);
    await signIn({ email, password }).expect(200);
    await failTimes(9, email);

    const responses = await Promise.all(Array.from({ length: 30 }, () => signIn({ email, password })));

    expect(responses.map(({ status }) => status)).toEqual(Array(30).fill(200));
  });

  it('lock out a client after a hundred failures for any e-mail addresses', async () => {
    const { email } = await aRegisteredUser();
    const at = Array<Date>(99).fill(new Date());
    await Failures.create({
      _id: 'address:203.0.113.9',
      at,
      expiresAt: new Date(Date.now() + 900_000),
    });
    await signIn({ email: 'any@example.com', password }, '203.0.113.9').expect(400);

    await signIn({ email, password }, '203.0.113.9').expect(429);
    await signIn({ email, password }, '203.0.113.10').expect(200);
  });

  it('are removed by a TTL index', async () => {
    const indexes = await Failures.collection.indexes();

    expect(indexes).toContainEqual(expect.objectContaining({ key: { expiresAt: 1 }, expireAfterSeconds: 0 }));
  });
});
