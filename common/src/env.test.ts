import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EnvironmentError, parseEnv, serviceConfig, serviceEnv } from './env.ts';
import { testKeys, testPublicKeys } from './testing.ts';

const shape = serviceEnv;
const good = {
  PUBLIC_ORIGIN: 'https://shop.example',
  NATS_URL: 'nats://nats-srv:4222',
  NATS_CLIENT_ID: 'orders-1',
  MONGO_URI: 'mongodb://orders-mongo-srv:27017/orders',
  JWT_PUBLIC_KEY: testKeys.publicKey,
};

describe('the environment', () => {
  it('fills in what has a default', () => {
    expect(parseEnv(shape, good)).toMatchObject({ PORT: 3000, NATS_CLUSTER_ID: 'ticketing', TRUST_PROXY: 0 });
  });

  it('names every variable that is wrong, not only the first', () => {
    const wrong = { PORT: 'high', LOG_LEVEL: 'loud', PUBLIC_ORIGIN: 'shop', MONGO_URI: 'postgres://x/y' };

    expect(() => parseEnv(shape, wrong)).toThrow(EnvironmentError);
    for (const name of [
      'PORT',
      'LOG_LEVEL',
      'PUBLIC_ORIGIN',
      'MONGO_URI',
      'NATS_URL: is missing',
      'NATS_CLIENT_ID',
    ])
      expect(() => parseEnv(shape, wrong)).toThrow(name);
  });

  it('reads a secret from the file that its _FILE variable names', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'env-')), 'uri');
    writeFileSync(file, `${good.MONGO_URI}\n`);

    expect(parseEnv(shape, { ...good, MONGO_URI: undefined, MONGO_URI_FILE: file }).MONGO_URI).toBe(
      good.MONGO_URI,
    );
    expect(() => parseEnv(shape, { ...good, MONGO_URI: undefined, MONGO_URI_FILE: '/nowhere' })).toThrow(
      'ENOENT',
    );
  });

  it('accepts several origins, the first one for links', () => {
    const origins = 'http://localhost:3000,http://127.0.0.1:3000';

    expect(parseEnv(shape, { ...good, PUBLIC_ORIGIN: origins }).PUBLIC_ORIGIN).toEqual(origins.split(','));
  });

  it('has no crash points in production', () => {
    const crash = { ...good, CRASH_AT: 'before-ack' };

    expect(parseEnv(shape, crash).CRASH_AT).toBe('before-ack');
    expect(() => parseEnv(shape, { ...crash, NODE_ENV: 'production' })).toThrow('CRASH_AT');
  });

  it('refuses public keys that are none', () => {
    const broken = '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n';

    for (const key of ['nonsense', broken, testKeys.publicKey + broken])
      expect(() => parseEnv(shape, { ...good, JWT_PUBLIC_KEY: key })).toThrow(
        'JWT_PUBLIC_KEY: must be one or',
      );
  });

  it('becomes what a service is told', () => {
    expect(serviceConfig(parseEnv(shape, good))).toMatchObject({
      port: 3000,
      publicOrigins: ['https://shop.example'],
      publicKeys: [{ kid: testPublicKeys[0]?.kid }],
      nats: { url: 'nats://nats-srv:4222', clientId: 'orders-1', eventBus: 'nats-streaming' },
    });
  });
});
