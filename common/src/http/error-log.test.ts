import express from 'express';
import { mongo } from 'mongoose';
import request from 'supertest';
import { UnavailableError } from '../errors.ts';
import { eventually, recordingLog } from '../testing.ts';
import { errorHandler } from './error-handler.ts';
import { answerWithin, requestGuard } from './request-guard.ts';

/** An application whose routes fail; `finishLate` has the route `/late` throw after its time limit. */
function anApp() {
  const recording = recordingLog();
  const app = express();
  let finishLate: (error: Error) => void = () => undefined;
  app.use(requestGuard({ publicOrigins: [], log: recording.log }));
  app.get('/overloaded', () => {
    throw new UnavailableError('We are very busy', 'overloaded');
  });
  app.get('/unavailable', () => {
    throw new mongo.MongoNetworkTimeoutError('connection timed out');
  });
  app.get('/bug', () => {
    throw new TypeError('a bug');
  });
  app.get('/late', () => new Promise((_, reject) => (finishLate = reject)));
  app.use(errorHandler(recording.log));
  return { app, ...recording, finishLate: (error: Error) => finishLate(error) };
}

const timeLimit = answerWithin.ms;
afterEach(() => {
  answerWithin.ms = timeLimit;
});

describe('sendError', () => {
  it('logs an overload as one line that counts, without a stack', async () => {
    const { app, lines, flush } = anApp();

    for (let i = 0; i < 30; i += 1) await request(app).get('/overloaded').expect(503);
    expect(lines).toEqual([]);
    flush();

    expect(lines).toMatchObject([
      {
        msg: 'requests failed',
        status: 503,
        code: 'overloaded',
        count: 30,
        seconds: 10,
        path: '/overloaded',
      },
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/stack/);
  });

  it('logs an outage of the database as one line that counts, with the first error', async () => {
    const { app, lines, flush } = anApp();

    for (let i = 0; i < 3; i += 1) await request(app).get('/unavailable').expect(503);
    flush();

    expect(lines).toMatchObject([
      { code: 'store_unavailable', count: 3, err: { type: 'MongoNetworkTimeoutError' } },
    ]);
  });

  it('logs an unexpected error once, at once', async () => {
    const { app, lines, flush } = anApp();

    const { body } = await request(app).get('/bug').expect(500);
    flush();

    expect(lines).toMatchObject([
      {
        msg: 'request failed',
        err: { type: 'TypeError' },
        requestId: (body as { requestId: string }).requestId,
      },
    ]);
  });

  it.each([
    ['the database', new mongo.MongoNetworkTimeoutError('connection timed out'), 0],
    ['a bug', new TypeError('a bug'), 1],
  ])('logs a timed-out request, whose route fails later by %s, not twice', async (_, error, later) => {
    answerWithin.ms = 20;
    const { app, lines, flush, finishLate } = anApp();

    await request(app).get('/late').expect(503);
    finishLate(error);
    await request(app).get('/bug').expect(500); // the route has ended before this one
    await eventually(() => lines.some(({ path }) => path === '/bug'));
    flush();

    const ofLate = lines.filter(({ path }) => path === '/late');
    expect(ofLate.filter(({ code }) => code === 'timeout')).toMatchObject([{ count: 1 }]);
    expect(ofLate.filter(({ msg }) => msg === 'request failed')).toHaveLength(later);
    expect(ofLate).toHaveLength(1 + later);
  });
});
