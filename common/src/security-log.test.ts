import express from 'express';
import request from 'supertest';
import {
  ForbiddenError,
  HttpError,
  NotAuthenticatedError,
  NotFoundError,
  TooManyRequestsError,
} from './errors.ts';
import { errorHandler } from './http/error-handler.ts';
import { logSecurity } from './security-log.ts';
import { session, sessionReader } from './session.ts';
import { aUser, noRevocations, recordingLog, sessionCookie, testPublicKeys } from './testing.ts';

/** An application behind one proxy that logs a failed sign-in at `/fail` and throws an error of the status elsewhere. */
function anApp(level?: string) {
  const recording = recordingLog(level);
  const app = express().set('trust proxy', 1);
  app.use(session(sessionReader(testPublicKeys, noRevocations, false)));
  app.get('/fail', (req, res) => {
    logSecurity(recording.log, 'sign_in_failed', req, { emailHash: 'hash' });
    res.json({});
  });
  app.get('/locked', (req) => {
    logSecurity(recording.log, 'locked_out', req, { emailHash: 'hash' });
    throw new TooManyRequestsError('Too many', 1);
  });
  app.get('/signed-up', (req, res) => {
    logSecurity(recording.log, 'sign_up', req, { userId: 'user' });
    res.json({});
  });
  const errors: Record<string, () => Error> = {
    '401': () => new NotAuthenticatedError(),
    '403': () => new ForbiddenError(),
    '404': () => new NotFoundError(),
    '409': () => new HttpError(409, 'Gone'),
    '429': () => new TooManyRequestsError('Too many', 1),
  };
  app.get('/:status', ({ params }) => {
    throw errors[params.status]?.() ?? new Error(params.status);
  });
  app.use(errorHandler(recording.log));
  const get = (path: string, address = '203.0.113.9') =>
    request(app).get(path).set('X-Forwarded-For', address).set('X-Request-Id', 'request-1');
  return { ...recording, get };
}

describe('the security log', () => {
  it.each([
    [401, 'not_signed_in'],
    [403, 'forbidden'],
    [429, 'rate_limited'],
  ])('has a line for a request that got %s', async (status, code) => {
    const { get, security } = anApp();
    const user = aUser();

    await get(`/${status}`).set('Cookie', sessionCookie(user)).expect(status);

    expect(security()).toEqual([
      expect.objectContaining({
        ...{ name: 'test', level: 40, log: 'security', event: 'refused', msg: 'request refused' },
        ...{ status, code, userId: user.id, network: '203.0.113.0/24', requestId: 'request-1' },
        ...{ method: 'GET', path: `/${status}` },
      }),
    ]);
  });

  it('has no line for a request that got 404 or 409', async () => {
    const { get, lines } = anApp();

    await Promise.all([get('/404').expect(404), get('/409').expect(409)]);

    expect(lines).toEqual([]);
  });

  it('has one line, not two, for a refusal that another event explains', async () => {
    const { get, security } = anApp();

    await get('/locked').expect(429);

    expect(security()).toEqual([expect.objectContaining({ event: 'locked_out', emailHash: 'hash' })]);
  });

  it('has 10 lines of one network, some of every other one, and one line that counts the rest', async () => {
    const { get, security, flush } = anApp();

    for (let i = 0; i < 15; i += 1) await get('/fail', `203.0.113.${i}`).expect(200);
    await get('/fail', '2001:db8:1:2ff::9').expect(200);
    flush();

    const lines = security('sign_in_failed');
    expect(lines.filter(({ network }) => network === '203.0.113.0/24')).toHaveLength(10);
    expect(lines.filter(({ network }) => network === '2001:db8:1:200::/56')).toHaveLength(1);
    expect(lines.at(-1)).toMatchObject({ event: 'sign_in_failed', count: 5, seconds: 10 });
    expect(lines).toHaveLength(12);
  });

  it('has 100 lines of a sampled event however many networks cause it', async () => {
    const { get, security } = anApp();

    for (let i = 0; i < 105; i += 1) await get('/fail', `10.0.${i}.1`).expect(200);

    expect(security('sign_in_failed')).toHaveLength(100);
  });

  it('has a line for each event that needs an account, however many there are', async () => {
    const { get, security } = anApp();

    for (let i = 0; i < 15; i += 1) await get('/signed-up').expect(200);

    expect(security('sign_up')).toHaveLength(15);
  });

  it.each([
    ['error', 1],
    ['silent', 0],
  ])('has at LOG_LEVEL=%s: %s lines', async (level, count) => {
    const { get, lines } = anApp(level);

    await get('/signed-up').expect(200);

    expect(lines).toHaveLength(count);
  });
});
