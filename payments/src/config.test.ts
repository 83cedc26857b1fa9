import { EnvironmentError } from '@ticketing/common';
import { testKeys } from '@ticketing/common/testing';
import { readConfig } from './config.ts';

const complete = {
  PUBLIC_ORIGIN: 'https://tickets.example',
  MONGO_URI: 'mongodb://payments-mongo:27017/payments',
  NATS_URL: 'nats://nats-srv:4222',
  NATS_CLIENT_ID: 'payments-0',
  JWT_PUBLIC_KEY: testKeys.publicKey,
  STRIPE_KEY: 'sk_live_x',
  STRIPE_PUBLISHABLE_KEY: 'pk_live_x',
  STRIPE_WEBHOOK_SECRET: 'whsec_new, whsec_old',
};
const emulated = { ...complete, STRIPE_API_BASE: 'http://stripe-emulator-srv:3000' };

describe('readConfig', () => {
  it('returns the Stripe settings', () => {
    expect(readConfig(complete)).toMatchObject({
      port: 3000,
      stripe: { key: 'sk_live_x', webhookSecrets: ['whsec_new', 'whsec_old'], apiBase: undefined },
    });
  });

  it('rejects the emulator in production unless ALLOW_TEST_PAYMENTS is true', () => {
    expect(readConfig(emulated).stripe.apiBase).toBe('http://stripe-emulator-srv:3000');
    const production = { ...emulated, NODE_ENV: 'production' };
    expect(() => readConfig(production)).toThrow('STRIPE_API_BASE: the emulator is refused in production');
    expect(readConfig({ ...production, ALLOW_TEST_PAYMENTS: 'true' }).stripe.apiBase).toBeDefined();
    expect(() => readConfig({ ...production, ALLOW_TEST_PAYMENTS: 'false' })).toThrow(EnvironmentError);
  });

  it('requires STRIPE_PUBLISHABLE_KEY unless the emulator is used', () => {
    const { STRIPE_PUBLISHABLE_KEY: _, ...without } = complete;
    expect(() => readConfig(without)).toThrow('STRIPE_PUBLISHABLE_KEY: is missing');
    expect(
      readConfig({ ...without, STRIPE_API_BASE: 'http://127.0.0.1:4000' }).stripe.publishableKey,
    ).toBeUndefined();
  });

  it('names every invalid variable', () => {
    const problems = [
      /MONGO_URI/,
      /STRIPE_KEY/,
      /STRIPE_WEBHOOK_SECRET/,
      /STRIPE_API_BASE/,
      /NATS_CLIENT_ID/,
    ];
    const wrong = { NODE_ENV: 'production', STRIPE_API_BASE: 'ftp://x', STRIPE_WEBHOOK_SECRET: 'a,,b' };
    for (const problem of problems) expect(() => readConfig(wrong)).toThrow(problem);
    expect(() => readConfig(wrong)).toThrow('refused in production');
  });
});
