import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EnvironmentError, envLimit, parseEnv, serviceConfig, serviceEnv } from './env.ts';
import { testKeys, testPublicKeys } from './testing.ts';

const shape = serviceEnv;
const good = {
  PUBLIC_ORIGIN: 'https://shop.example',
  NATS_URL: 'nats://nats-srv:4222',
  NATS_CLIENT_ID: 'orders-1',
  MONGO_URI: 'mongodb://orders-mongo-srv:27017/orders',
  JWT_PUBLIC_KEY: testKeys.publicKey,
};

describe('parseEnv', () => {
  it('applies defaults to variables that are not set', () => {
    expect(parseEnv(shape, good)).toMatchObject({ PORT: 3000, NATS_CLUSTER_ID: 'ticketing', TRUST_PROXY: 0 });
  });

  it('takes a user and a password in the address of the broker, and quotes neither in an error', () => {
    const url = 'nats://orders:s3cret@nats-srv:4222';
    expect(parseEnv(shape, { ...good, NATS_URL: url })).toMatchObject({ NATS_URL: url });

    const wrong = { ...good, NATS_URL: url.replace('nats://', 'http://') };
    expect(() => parseEnv(shape, wrong)).toThrow(/NATS_URL: must be an address/);
    expect(() => parseEnv(shape, wrong)).not.toThrow(/s3cret/);
  });

  it('takes tls:// as the address of the broker', () => {
    const url = 'tls://orders:secret@nats-srv:4222';
    expect(parseEnv(shape, { ...good, NATS_URL: url })).toMatchObject({ NATS_URL: url });
  });

  it('rejects authorities that are not PEM blocks of certificates', () => {
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';

    for (const ca of ['nonsense', broken, testKeys.publicKey])
      expect(() => parseEnv(shape, { ...good, NATS_CA: ca, MONGO_CA: ca })).toThrow(
        /NATS_CA: must be one or more PEM blocks of a certificate\n {2}MONGO_CA|MONGO_CA.*\n {2}NATS_CA/,
      );
  });

  it('lists every invalid variable in the error', () => {
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

  it('reads a variable from the file that its _FILE variable names', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'env-')), 'uri');
    writeFileSync(file, `${good.MONGO_URI}\n`);

    expect(parseEnv(shape, { ...good, MONGO_URI: undefined, MONGO_URI_FILE: file }).MONGO_URI).toBe(
      good.MONGO_URI,
    );
    expect(() => parseEnv(shape, { ...good, MONGO_URI: undefined, MONGO_URI_FILE: '/nowhere' })).toThrow(
      'ENOENT',
    );
  });

  it('accepts several origins separated by commas', () => {
    const origins = 'http://localhost:3000,http://127.0.0.1:3000';

    expect(parseEnv(shape, { ...good, PUBLIC_ORIGIN: origins }).PUBLIC_ORIGIN).toEqual(origins.split(','));
  });

  it('rejects LIMITS=off in production', () => {
    const off = { ...good, LIMITS: 'off' };
    const production = { ...off, NODE_ENV: 'production' };
    expect(parseEnv(shape, off).LIMITS).toBe('off');
    expect(parseEnv(shape, { ...production, LIMITS: 'on' }).LIMITS).toBe('on');
    expect(() => parseEnv(shape, production)).toThrow('LIMITS: is not allowed when NODE_ENV is production');
  });

  it('rejects CRASH_AT in production', () => {
    const crash = { ...good, CRASH_AT: 'before-ack' };

    expect(parseEnv(shape, crash).CRASH_AT).toBe('before-ack');
    expect(() => parseEnv(shape, { ...crash, NODE_ENV: 'production' })).toThrow('CRASH_AT');
  });

  it('rejects malformed public keys', () => {
    const broken = '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n';

    for (const key of ['nonsense', broken, testKeys.publicKey + broken])
      expect(() => parseEnv(shape, { ...good, JWT_PUBLIC_KEY: key })).toThrow(
        'JWT_PUBLIC_KEY: must be one or',
      );
  });

  it('lists the problems that the check returns after those of single variables', () => {
    const check = ({ env }: { env: NodeJS.ProcessEnv }) => [`TRUST_PROXY: ${env['TRUST_PROXY']} is too few`];
    const wrong = { ...good, PORT: 'high', TRUST_PROXY: '0' };

    expect(() => parseEnv(shape, wrong, check)).toThrow(
      /^Invalid configuration:\n {2}PORT: .*\n {2}TRUST_PROXY: 0 is too few$/,
    );
  });

  it('passes the values to the check only when every variable is valid', () => {
    const seen: unknown[] = [];
    const check = ({ values }: { values: { PORT: number } | undefined }) => {
      seen.push(values?.PORT);
      return [];
    };

    parseEnv(shape, good, check);
    expect(() => parseEnv(shape, { ...good, PORT: 'high' }, check)).toThrow('PORT');

    expect(seen).toEqual([3000, undefined]);
  });

  it('returns values that serviceConfig turns into the configuration of a service', () => {
    expect(serviceConfig(parseEnv(shape, good))).toMatchObject({
      port: 3000,
      publicOrigins: ['https://shop.example'],
      publicKeys: [{ kid: testPublicKeys[0]?.kid }],
      nats: { url: 'nats://nats-srv:4222', clientId: 'orders-1', eventBus: 'nats-streaming' },
    });
  });
});

describe('serviceConfig', () => {
  it('limits the connections of a client unless limits are off', () => {
    const limitsOf = (env: object) => serviceConfig(parseEnv(shape, { ...good, ...env })).limits;

    expect(limitsOf({})).toMatchObject({ maxPerAddress: 256 });
    expect(limitsOf({ MAX_CONNECTIONS: '5' })).toMatchObject({ maxPerAddress: 5 });
    expect(limitsOf({ MAX_CONNECTIONS: '5', LIMITS: 'off' })).toMatchObject({ maxPerAddress: Infinity });
  });
});

describe('envLimit', () => {
  const shape = {
    LIMIT_EDITS: envLimit({ account: 300, network: 6_000, seconds: 600 }),
    LIMIT_SIGN_UPS: envLimit({ network: 30, seconds: 60 }),
  };

  it('is the preset unless the variable is set, and keeps parts that are left out', () => {
    expect(parseEnv(shape, { LIMIT_SIGN_UPS: 'seconds=5' })).toEqual({
      LIMIT_EDITS: { account: 300, network: 6_000, seconds: 600 },
      LIMIT_SIGN_UPS: { network: 30, seconds: 5 },
    });
    expect(parseEnv(shape, { LIMIT_EDITS: ' network=10  account=2 ' }).LIMIT_EDITS).toEqual({
      account: 2,
      network: 10,
      seconds: 600,
    });
  });

  it.each([
    '10',
    'account=0',
    'account=-1',
    'account=1.5',
    'acount=1',
    'account=',
    'account=1,network=2',
    'constructor=1',
  ])('rejects %j', (text) => {
    expect(() => parseEnv(shape, { LIMIT_EDITS: text })).toThrow(
      'LIMIT_EDITS: must be like account=300 network=6000 seconds=600',
    );
  });

  it('rejects a limit of accounts where only networks are counted', () => {
    expect(() => parseEnv(shape, { LIMIT_SIGN_UPS: 'account=1' })).toThrow(
      'must be like network=30 seconds=60',
    );
  });
});
