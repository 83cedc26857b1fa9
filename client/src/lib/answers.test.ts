import { mockApi } from '../../test/api.ts';
import { isFinalRefusal, sentenceOf, untilSynchronized } from './answers.ts';
import { send } from './http.ts';

const early = { status: 503, body: { errors: [{ message: 'Not here', code: 'not_synchronized' }] } };

describe('the answers of the services', () => {
  it('become sentences by their code, and keep their message without a known one', async () => {
    mockApi({ 'GET /a': early, 'GET /b': { status: 400, body: { errors: [{ message: 'Too long' }] } } });
    expect((await send('GET', '/a')).errors).toEqual([
      { message: 'One moment, this listing has just arrived.', code: 'not_synchronized' },
    ]);
    expect((await send('GET', '/b')).errors).toEqual([{ message: 'Too long' }]);
    expect(sentenceOf('toString', 'message')).toBe('message');
  });

  it('say when to try again after too many requests, passwords or cards', async () => {
    const limited = (code: string, endsAt: string) => ({
      status: 429,
      body: { errors: [{ message: 'Too many', code, endsAt, serverNow: '2026-11-28T12:00:00.000Z' }] },
    });
    mockApi({
      'POST /a': limited('rate_limited', '2026-11-28T12:00:40.000Z'),
      'POST /b': limited('card_attempts', '2026-11-28T12:58:01.000Z'),
      'POST /c': limited('locked_out', '2026-11-28T12:13:30.000Z'),
    });

    expect((await send('POST', '/a')).errors[0]?.message).toBe(
      'You, or others on your network, did this very often. Try again in 1 min.',
    );
    expect((await send('POST', '/b')).errors[0]?.message).toBe(
      'Too many cards were declined. Try again in 59 min.',
    );
    expect((await send('POST', '/c')).errors[0]?.message).toBe(
      'Too many wrong passwords. Try again in 14 min.',
    );
  });

  it('are final only for refusals of Stripe that no other attempt changes', () => {
    expect(isFinalRefusal('amount_too_small')).toBe(true);
    expect(isFinalRefusal('currency_unavailable')).toBe(true);
    expect(isFinalRefusal('card_declined')).toBe(false);
    expect(isFinalRefusal(undefined)).toBe(false);
  });

  it('are awaited while a listing has not arrived', async () => {
    jest.useFakeTimers();
    const requests = mockApi({ 'POST /api/orders': [early, early, { status: 201, body: { id: '1' } }] });
    const onWaiting = jest.fn();
    const done = untilSynchronized(() => send('POST', '/api/orders', {}), onWaiting);
    await jest.advanceTimersByTimeAsync(3_000);
    expect((await done).data).toEqual({ id: '1' });
    expect(requests).toHaveLength(3);
    expect(onWaiting).toHaveBeenCalledTimes(2);
    jest.useRealTimers();
  });
});

describe('a request without an answer', () => {
  it('ends after 25 s as if the connection were lost', async () => {
    jest.useFakeTimers();
    globalThis.fetch = (_, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(new Error('aborted')));
      });
    const answer = send('POST', '/api/orders', {});
    await jest.advanceTimersByTimeAsync(25_000);
    expect(await answer).toMatchObject({ status: 0, ok: false, errors: [{ code: 'unreachable' }] });
    jest.useRealTimers();
  });
});
