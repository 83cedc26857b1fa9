import { readSettings } from './settings.ts';

describe('npm start', () => {
  it('needs no options and no variables', () => {
    expect(readSettings([], {})).toEqual({
      port: undefined,
      fresh: false,
      watch: false,
      observe: false,
      stripe: undefined,
      seed: true,
      eventBus: 'nats-streaming',
      limits: 'on',
      inspect: [],
    });
  });

  it('reads its flags and variables', () => {
    const env = { PORT: '4000', SEED: '0', RESERVATION_SECONDS: '5', EVENT_BUS: 'jetstream', LIMITS: 'off' };

    expect(readSettings(['--fresh', '--watch', '--observe'], env)).toMatchObject({
      port: 4000,
      fresh: true,
      watch: true,
      observe: true,
      seed: false,
      eventBus: 'jetstream',
      limits: 'off',
    });
  });

  it('accepts what orders accepts: reservations of up to a day, and no cooldown', () => {
    const read = (env: object) => () => readSettings([], env as NodeJS.ProcessEnv);

    expect(read({ RESERVATION_SECONDS: '86400', RESERVATION_COOLDOWN_SECONDS: '0' })).not.toThrow();
    expect(read({ RESERVATION_SECONDS: '86401' })).toThrow(
      'RESERVATION_SECONDS: must be a whole number from 1 to 86400',
    );
    expect(read({ RESERVATION_COOLDOWN_SECONDS: '-1' })).toThrow(
      /RESERVATION_COOLDOWN_SECONDS: .* from 0 to 86400/,
    );
  });

  it('reads the services to inspect from a comma-separated list', () => {
    expect(readSettings([], { INSPECT: 'payments,orders' }).inspect).toEqual(['orders', 'payments']);
    expect(() => readSettings([], { INSPECT: 'order' })).toThrow(
      /INSPECT: must be names of services .*not order$/,
    );
  });

  it('creates no demo data when real Stripe keys are set', () => {
    const env = {
      STRIPE_KEY: 'sk_test_1',
      STRIPE_WEBHOOK_SECRET: 'whsec_1',
      STRIPE_PUBLISHABLE_KEY: 'pk_test_1',
    };

    expect(readSettings([], env)).toMatchObject({
      seed: false,
      stripe: { secretKey: 'sk_test_1', webhookSecret: 'whsec_1', publishableKey: 'pk_test_1' },
    });
  });

  it('reports all invalid variables and flags in one error', () => {
    const env = {
      PORT: '99999',
      RESERVATION_SECONDS: 'soon',
      STRIPE_KEY: 'sk_test_1',
      EVENT_BUS: 'kafka',
      LIMITS: 'no',
    };

    expect(() => readSettings(['--frsh'], env)).toThrow(
      /PORT: .*not 99999\n.*RESERVATION_SECONDS: .*not soon\n.*STRIPE_WEBHOOK_SECRET: is missing.*\n.*EVENT_BUS: .*not kafka\n.*LIMITS: .*not no\n.*--frsh/,
    );
  });
});
