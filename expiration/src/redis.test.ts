import { once } from 'node:events';
import type { Authority } from '../../infra/local/test/certificates.ts';
import { createAuthority } from '../../infra/local/test/certificates.ts';
import { closeAll, connect, inMs, ownRedis, timers } from '../test/fixtures.ts';

describe('a connection to Redis with TLS', () => {
  let authority: Authority;
  let other: Authority;

  beforeAll(() => {
    authority = createAuthority();
    other = createAuthority();
  });
  afterEach(closeAll);
  afterAll(() => {
    authority.remove();
    other.remove();
  });

  it.each(['redis', 'rediss'])(
    'is made with the authority of its certificate and the scheme %s',
    async (scheme) => {
      const { port, start } = await ownRedis({ tls: authority.issue('DNS:localhost') });
      await start();
      const server = { redisUrl: `${scheme}://localhost:${port}`, redisCa: authority.ca };

      await expect(connect(server).ping()).resolves.toBe('PONG');
    },
  );

  it('fires timers', async () => {
    const { port, start } = await ownRedis({ tls: authority.issue('DNS:localhost') });
    await start();
    const server = { redisUrl: `rediss://localhost:${port}`, redisCa: authority.ca };
    const orderId = '0'.repeat(24);

    const fired = new Promise((resolve) => {
      const { timer } = timers({ server, fire: (id) => Promise.resolve(resolve(id)) });
      void timer.set(orderId, inMs(50));
    });

    expect(await fired).toBe(orderId);
  });

  it('is refused for another authority, another host, and without TLS', async () => {
    const { port, start } = await ownRedis({ tls: authority.issue('DNS:localhost') });
    await start();
    await connect({ redisUrl: `rediss://localhost:${port}`, redisCa: authority.ca }).ping();
    const problem = async (redisUrl: string, redisCa?: string) => {
      const [error] = (await once(connect({ redisUrl, redisCa }), 'error')) as [Error];
      return error.message;
    };

    expect(await problem(`rediss://localhost:${port}`, other.ca)).toMatch(/certificate/);
    expect(await problem(`rediss://localhost:${port}`)).toMatch(/certificate/);
    expect(await problem(`rediss://127.0.0.1:${port}`, authority.ca)).toMatch(/altnames/);
    const redis = connect({ redisUrl: `redis://localhost:${port}` });
    await new Promise((resolve) => redis.once('close', resolve));
    expect(redis.status).not.toBe('ready');
  });
});
