import { mockApi } from '../../test/api.ts';
import { isFinalRefusal, untilSynchronized } from './answers.ts';
import { send } from './http.ts';

const early = { status: 503, body: { errors: [{ message: 'Not here', code: 'not_synchronized' }] } };

describe('the answers of the services', () => {
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
