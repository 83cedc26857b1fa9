import { z } from 'zod';
import { envFlag, envLimit, parseEnv, serviceConfig, serviceEnv } from '@ticketing/common';
import { limits } from './limits.ts';

/** Every variable that payments reads. */
export const environment = {
  ...serviceEnv,
  STRIPE_KEY: z.string().min(1),
  STRIPE_PUBLISHABLE_KEY: z.string().min(1).optional(),
  STRIPE_WEBHOOK_SECRET: z
    .string()
    .transform((value) => value.split(',').map((secret) => secret.trim()))
    .refine((secrets) => secrets.every((secret) => secret !== ''), {
      error: 'must be a signing secret, or several with commas while they are exchanged',
    }),
  STRIPE_API_BASE: z
    .url({ protocol: /^https?$/, error: 'must be an address such as http://stripe-emulator-srv:3000' })
    .optional(),
  ALLOW_TEST_PAYMENTS: envFlag.default(false),
  LIMIT_PAYMENTS: envLimit(limits.payments),
  LIMIT_REFUNDS: envLimit(limits.refunds),
  LIMIT_DECLINES: envLimit(limits.declines),
};

export type Config = ReturnType<typeof readConfig>;

export function readConfig(env: NodeJS.ProcessEnv = process.env) {
  const values = parseEnv(environment, env, problemsOf);
  return {
    ...serviceConfig(values),
    rates: {
      payments: values.LIMIT_PAYMENTS,
      refunds: values.LIMIT_REFUNDS,
      declines: { ...limits.declines, ...values.LIMIT_DECLINES },
    },
    stripe: {
      key: values.STRIPE_KEY,
      publishableKey: values.STRIPE_PUBLISHABLE_KEY,
      webhookSecrets: values.STRIPE_WEBHOOK_SECRET,
      /** Set when the emulator is used: no real money moves. */
      apiBase: values.STRIPE_API_BASE,
    },
  };
}

/** The few variables of `npm run reconcile`, which serves no requests. */
export function readReconcileConfig(env: NodeJS.ProcessEnv = process.env) {
  const { MONGO_URI, MONGO_CA, LOG_LEVEL, CRASH_AT, STRIPE_KEY, STRIPE_API_BASE } = environment;
  const values = parseEnv({ MONGO_URI, MONGO_CA, LOG_LEVEL, CRASH_AT, STRIPE_KEY, STRIPE_API_BASE }, env);
  return {
    mongoUri: values.MONGO_URI,
    mongoCa: values.MONGO_CA,
    logLevel: values.LOG_LEVEL,
    crashAt: values.CRASH_AT,
    stripe: {
      key: values.STRIPE_KEY,
      publishableKey: undefined,
      webhookSecrets: [],
      apiBase: values.STRIPE_API_BASE,
    },
  };
}

/** Checks on the raw variables, so that these problems are listed even when another variable is invalid. */
function problemsOf({ env }: { env: NodeJS.ProcessEnv }): string[] {
  const isEmulated = Boolean(env['STRIPE_API_BASE'] ?? env['STRIPE_API_BASE_FILE']);
  const isKeyGiven = Boolean(env['STRIPE_PUBLISHABLE_KEY'] ?? env['STRIPE_PUBLISHABLE_KEY_FILE']);
  const isAllowed = env['NODE_ENV'] !== 'production' || env['ALLOW_TEST_PAYMENTS'] === 'true';
  const problems = [];
  if (isEmulated && !isAllowed)
    problems.push(
      'STRIPE_API_BASE: the emulator is refused in production unless ALLOW_TEST_PAYMENTS is true',
    );
  if (!isEmulated && !isKeyGiven) problems.push('STRIPE_PUBLISHABLE_KEY: is missing');
  return problems;
}
