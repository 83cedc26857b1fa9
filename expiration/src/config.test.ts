import { createAuthority } from '../../infra/local/test/certificates.ts';
import { readConfig } from './config.ts';

const nats = { NATS_URL: 'nats://nats-srv:4222', NATS_CLIENT_ID: 'expiration-1' };

describe('readConfig', () => {
  it.each([
    [{ REDIS_HOST: 'expiration-redis-srv' }, 'redis://expiration-redis-srv'],
    [{ REDIS_HOST: 'localhost:6380' }, 'redis://localhost:6380'],
    [{ REDIS_URL: 'rediss://:secret@r.example:6380/2' }, 'rediss://:secret@r.example:6380/2'],
    [{ REDIS_URL: 'redis://a', REDIS_HOST: 'b' }, 'redis://a'],
  ])('reads the address of Redis from %j', (env, redisUrl) => {
    expect(readConfig({ ...nats, ...env }).redisUrl).toBe(redisUrl);
  });

  it('reads the authorities of Redis and of the broker from the files that REDIS_CA_FILE and NATS_CA_FILE name', () => {
    const authority = createAuthority();
    const file = authority.issue('DNS:localhost').caFile;
    const env = { ...nats, REDIS_HOST: 'a', REDIS_CA_FILE: file, NATS_CA_FILE: file };
    const ca = authority.ca.trim();

    expect(readConfig(env)).toMatchObject({ redisCa: ca, nats: { ca } });
    authority.remove();
  });

  it('names every missing variable', () => {
    for (const name of ['REDIS_URL', 'NATS_URL', 'NATS_CLIENT_ID'])
      expect(() => readConfig({})).toThrow(`${name}: is missing`);
  });

  it.each([
    { REDIS_URL: 'http://a' },
    { REDIS_HOST: 'redis://a' },
    { REDIS_URL: 'http://a', REDIS_HOST: 'b' },
  ])('rejects %j', (env) => {
    expect(() => readConfig({ ...nats, ...env })).toThrow(Object.keys(env)[0]);
  });

  it('requires no variable that only other services use', () => {
    expect(() => readConfig({ ...nats, REDIS_HOST: 'a' })).not.toThrow();
  });
});
