import { send } from './http.ts';
import { signOut } from './sign-out.ts';

const answer = (status: number) =>
  ({ ok: status < 400, status, text: () => Promise.resolve('') }) as Response;

/** Responds to reads only on `answerReads`, and to other requests at once with `status`. */
function service(status: number) {
  const reads: (() => void)[] = [];
  globalThis.fetch = (_, init) =>
    new Promise((resolve, reject) => {
      if (init?.method !== 'GET') return resolve(answer(status));
      const abort = () => reject(new Error('aborted'));
      if (init.signal?.aborted) abort();
      init.signal?.addEventListener('abort', abort);
      reads.push(() => resolve(answer(200)));
    });
  return { answerReads: () => reads.forEach((answerIt) => answerIt()) };
}

describe('signOut', () => {
  it('resumes reads when the sign-out failed', async () => {
    const { answerReads } = service(503);
    expect((await signOut('everywhere')).ok).toBe(false);

    const read = send('GET', '/api/orders');
    answerReads();

    expect((await read).ok).toBe(true);
  });

  it('aborts the reads in flight and fails new ones', async () => {
    service(204);
    const read = send('GET', '/api/orders?status=created');

    expect((await signOut('here')).ok).toBe(true);

    expect((await read).status).toBe(0);
    expect((await send('GET', '/api/orders')).status).toBe(0);
  });
});
