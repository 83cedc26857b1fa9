import { onToast } from './announce.ts';
import { send } from './http.ts';

/** A server that never answers. */
function neverAnswer() {
  global.fetch = (_path, options) =>
    new Promise((_resolve, reject) =>
      options?.signal?.addEventListener('abort', () => reject(new Error('aborted'))),
    );
}

describe('a request that is not answered', () => {
  const { fetch } = global;
  let toasts: string[];
  let stop: () => void;
  beforeEach(() => {
    jest.useFakeTimers();
    neverAnswer();
    toasts = [];
    stop = onToast(({ text }) => toasts.push(text));
  });
  afterEach(() => {
    stop();
    global.fetch = fetch;
    jest.useRealTimers();
  });

  it('says after 3 s that it takes longer than usual, and ends after 10 s', async () => {
    const response = send('POST', '/a', {});
    await jest.advanceTimersByTimeAsync(2_999);
    expect(toasts).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(toasts).toEqual(['This is taking longer than usual.']);
    await jest.advanceTimersByTimeAsync(7_000);
    expect(await response).toMatchObject({ status: 0, errors: [{ code: 'unreachable' }] });
  });

  it('says nothing about a read, which no one waits for', async () => {
    const response = send('GET', '/a');
    await jest.advanceTimersByTimeAsync(10_000);
    expect(await response).toMatchObject({ status: 0 });
    expect(toasts).toEqual([]);
  });
});
