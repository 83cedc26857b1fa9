import { generateKeyPairSync } from 'node:crypto';
import { EnvironmentError } from '@ticketing/common';
import { testKeys } from '@ticketing/common/testing';
import { readConfig } from './config.ts';

const complete = {
  MONGO_URI: 'mongodb://auth-mongo-srv:27017/auth',
  NATS_URL: 'nats://nats-srv:4222',
  NATS_CLIENT_ID: 'auth-1',
  PUBLIC_ORIGIN: 'https://tickets.example',
  JWT_PRIVATE_KEY: testKeys.privateKey,
  JWT_PUBLIC_KEY: testKeys.publicKey,
};

/** Written here, because creating an RSA key takes a tenth of a second or more. Its private key was discarded. */
const otherPublicKey = `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAiYSSzcq374tORhGXiv7p
Zqnz53Eqoa598b0o751t/PEwYqiP6WSwwieOzUrf1I2GncEa/s77nenyma9pEeqm
uDCuZxCP3FhMA4W5QrWymCq3NGhGqtt2Td1iwLZvMM5zWKCm9J1DqP17f62+b8LJ
5VZCmNiUsEn/50rm/5XsIWEXAsTMYc0QxbK0RjOKh2bSyRXI/9KWuv+EZ8o7IpBp
CQ3bsHCYreKz644setDW93T7mGQJ+iIL+HipqWzGzDSaLsPge6dkpXkd9FyfbYac
TL/SE34JOiMhxfnBpSeW5KRXkl8LBWUnO1wXoN+T46omj1bdSAY1I6mYbFRxR1jI
NwIDAQAB
-----END PUBLIC KEY-----
`;

function problems(env: NodeJS.ProcessEnv): string {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof EnvironmentError) return error.message;
    throw error;
  }
  return '';
}

describe('readConfig', () => {
  it('requires addresses and keys only', () => {
    expect(readConfig(complete)).toMatchObject({ port: 3000, cookieSecure: false, trustProxy: 0 });
  });

  it('reads the limit of sign-ups from a variable', () => {
    expect(readConfig({ ...complete, LIMIT_SIGN_UPS: 'network=5 all=50' }).rates).toEqual({
      signUps: { network: 5, all: 50, seconds: 600 },
    });
  });

  it('names every missing variable', () => {
    for (const name of Object.keys(complete)) expect(problems({})).toContain(`${name}: is missing`);
  });

  it('throws for a private key that is malformed, not RSA or shorter than 2048 bits', () => {
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
    for (const key of ['nonsense', ...[ec, short].map((k) => k.export({ type: 'pkcs8', format: 'pem' }))])
      expect(problems({ ...complete, JWT_PRIVATE_KEY: String(key) })).toMatch(/JWT_PRIVATE_KEY: must be/);
  });

  it('throws when JWT_PUBLIC_KEY lacks the public key of JWT_PRIVATE_KEY', () => {
    expect(problems({ ...complete, JWT_PUBLIC_KEY: otherPublicKey })).toContain(
      'does not match any key in JWT_PUBLIC_KEY',
    );
    expect(problems({ ...complete, JWT_PUBLIC_KEY: otherPublicKey + testKeys.publicKey })).toBe('');
  });

  it('sets secure cookies in production, and throws when TRUST_PROXY is 0 then', () => {
    const production = { ...complete, NODE_ENV: 'production' };

    expect(problems(production)).toContain('COOKIE_SECURE: is true, but');
    expect(readConfig({ ...production, TRUST_PROXY: '1' }).cookieSecure).toBe(true);
    expect(readConfig({ ...production, COOKIE_SECURE: 'false' }).cookieSecure).toBe(false);
  });
});
