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
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
    const pem = String(other.export({ type: 'spki', format: 'pem' }));

    expect(problems({ ...complete, JWT_PUBLIC_KEY: pem })).toContain(
      'does not match any key in JWT_PUBLIC_KEY',
    );
    expect(problems({ ...complete, JWT_PUBLIC_KEY: pem + testKeys.publicKey })).toBe('');
  });

  it('sets secure cookies in production, and throws when TRUST_PROXY is 0 then', () => {
    const production = { ...complete, NODE_ENV: 'production' };

    expect(problems(production)).toContain('COOKIE_SECURE: is true, but');
    expect(readConfig({ ...production, TRUST_PROXY: '1' }).cookieSecure).toBe(true);
    expect(readConfig({ ...production, COOKIE_SECURE: 'false' }).cookieSecure).toBe(false);
  });
});
