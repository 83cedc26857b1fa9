import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Env, Plan } from './plan.ts';
import type { ProgramName } from './system-options.ts';

/** The only variables that a program inherits, so that it behaves the same in every shell. */
const inheritedNames = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ', 'NODE_EXTRA_CA_CERTS'];

/** How slow clients may be, and how much one of them may hold, for the router and the services. */
const limitNames = ['HEADERS_SECONDS', 'BODY_SECONDS', 'MAX_CONNECTIONS'];

/** Whom a visitor can reach, and the pseudo-locale, for the client. */
const clientNames = ['SECURITY_CONTACT', 'SECURITY_EXPIRES', 'CONTACT', 'IMPRINT', 'PSEUDO_LOCALE'];
/** How long and how often a buyer may reserve, for orders. */
const reservationNames = ['RESERVATION_SECONDS', 'MAX_RESERVATIONS', 'RESERVATION_COOLDOWN_SECONDS'];

/** The limits on requests of all services; each reads its own. */
const isLimit = (name: string) => name.startsWith('LIMIT_');

export function inheritedEnv(): Env {
  return given(inheritedNames);
}

function given(names: readonly string[]): Env {
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

/** The environment of a Node program; the options of the system override what the program sets itself. */
export function nodeEnv(plan: Plan, program: ProgramName, url: string, own: Env): Env {
  const { LOG_LEVEL, MAX_WAITING_EVENTS } = process.env;
  return withTracing(plan, program, {
    ...inheritedEnv(),
    NODE_ENV: nodeEnvironment(plan, program),
    HOST: '127.0.0.1',
    PORT: new URL(url).port,
    ...(LOG_LEVEL ? { LOG_LEVEL } : {}),
    ...(MAX_WAITING_EVENTS ? { MAX_WAITING_EVENTS } : {}),
    ...given(limitNames),
    ...given(Object.keys(process.env).filter(isLimit)),
    ...(plan.limits ? { LIMITS: plan.limits } : {}),
    ...(program === 'orders' ? given(reservationNames) : {}),
    ...(program === 'client' ? given(clientNames) : {}),
    ...(program === 'auth' ? given(['MAX_SELLER_REFUNDS', 'SECURITY_LOG_KEY']) : {}),
    ...own,
    ...given(Object.keys(process.env).filter((name) => name.startsWith('OTEL_'))),
    ...plan.env?.all,
    ...plan.env?.[program],
  });
}

/** Loads the SDK where traces are collected. Not in the client: Next.js would record spans of its own. */
function withTracing({ root }: Plan, program: ProgramName, env: Env): Env {
  if (!env.OTEL_EXPORTER_OTLP_ENDPOINT || program === 'client') return env;
  const register = `--import=${pathToFileURL(join(root, 'infra/tracing/register.mjs')).href}`;
  return {
    OTEL_SERVICE_NAME: program,
    ...env,
    NODE_OPTIONS: [env.NODE_OPTIONS, register].filter(Boolean).join(' '),
  };
}

function nodeEnvironment(
  { watch, limits, nodeEnv = limits === 'off' ? 'test' : 'production' }: Plan,
  program: ProgramName,
): string {
  if (watch) return 'development';
  return program === 'client' ? 'production' : nodeEnv;
}

export function httpEnv({ port, keys }: Plan): Env {
  return {
    JWT_PUBLIC_KEY_FILE: keys.publicKeyFile,
    COOKIE_SECURE: 'false',
    TRUST_PROXY: '1',
    PUBLIC_ORIGIN: `http://localhost:${port},http://127.0.0.1:${port}`,
  };
}

export function stripeEnv({ stripe, keys }: Plan, emulatorUrl: string | undefined): Env {
  const { secretKey, publishableKey, webhookSecret } = stripe ?? keys.stripe;
  return {
    STRIPE_KEY: secretKey,
    STRIPE_WEBHOOK_SECRET: webhookSecret,
    ...(publishableKey ? { STRIPE_PUBLISHABLE_KEY: publishableKey } : {}),
    ...(emulatorUrl ? { STRIPE_API_BASE: emulatorUrl, ALLOW_TEST_PAYMENTS: 'true' } : {}),
  };
}
