import { send } from './http.ts';
import { signOut } from './sign-out.ts';

const answer = (status: number) =>
  ({ ok: status < 400, status, text: () => Promise.resolve('') }) as Response;

/** Answers reads only when told to, and other requests at once with `status`. */
function service(status: number) {
  const reads: (() => void)[] = [];
  globalThis.fetch = (_, init) =>
    new Promise((resolve, reject) => {
      if (init?.method !== 'GET') return resolve(answer(status));
      const giveUp = () => reject(new Error('given up'));
      if (init.signal?.aborted) giveUp();
      init.signal?.addEventListener('abort', giveUp);
      reads.push(() => resolve(answer(200)));
    });
  return { answerReads: () => reads.forEach((answerIt) => answerIt()) };
}

describe('signing out', () => {
  it('lets the page read again when it did not work', async () => {
    const { answerReads } = service(503);
    expect((await signOut('everywhere')).ok).toBe(false);

    const read = send('GET', '/api/orders');
    answerReads();

    expect((await read).ok).toBe(true);
  });

  it('gives up what the page reads, and what it would read', async () => {
    service(204);
    const read = send('GET', '/api/orders?status=created');

    expect((await signOut('here')).ok).toBe(true);

    expect((await read).status).toBe(0);
    expect((await send('GET', '/api/orders')).status).toBe(0);
  });
});
