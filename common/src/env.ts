import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { crashPoints } from './crash.ts';
import type { Limit } from './http/limits.ts';
import { connectionLimits } from './http/slow-requests.ts';
import { readPublicKeys } from './session.ts';

/** `true` or `false`. */
export const envFlag = z.enum(['true', 'false']).transform((value) => value === 'true');

/** A variable whose text `read` converts; when `read` throws, the variable is invalid and `message` says why. */
export function envParsed<T>(read: (text: string) => T, message: string) {
  return z.string().transform((text, context): T => {
    try {
      return read(text);
    } catch {
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    }
  });
}

/** PEM blocks of certificates. Throws when one is malformed, and when there is none. */
function readCertificates(text: string): string {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw new Error('no certificate');
  for (const block of blocks) new X509Certificate(block);
  return text;
}

/**
 * The certificate authorities of a store. When it is set, connections to that store use TLS whatever its address says,
 * and the store's certificate must come from one of these authorities and name the host of the address.
 */
export const certificateAuthorities = envParsed(
  readCertificates,
  'must be one or more PEM blocks of a certificate',
).optional();

/**
 * A limit on requests: `account=200 network=10000 seconds=3600` allows 200 by one account and 10,000 by one network in an hour.
 * A part that is left out keeps its value in `preset`; a part that is not in `preset` counts nothing.
 */
export function envLimit(preset: Limit) {
  const form = Object.entries(preset).map(([name, value]) => `${name}=${value}`);
  return envParsed((text) => readLimit(text, preset), `must be like ${form.join(' ')}`).default(preset);
}

function readLimit(text: string, preset: Limit): Limit {
  const parts = text
    .trim()
    .split(/\s+/)
    .map((part) => {
      const [, name = '', value] = /^(\w+)=([1-9]\d{0,8})$/.exec(part) ?? [];
      if (!Object.hasOwn(preset, name)) throw new Error(`not a part of the limit: ${part}`);
      return [name, Number(value)] as const;
    });
  return { ...preset, ...Object.fromEntries(parts) };
}

const port = z.coerce.number().int().min(0).max(65_535);

/** Variables of every program. */
export const processEnv = {
  NODE_ENV: z.string().default('development'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  HOST: z.string().default('0.0.0.0'),
  PORT: port.default(3000),
  CRASH_AT: z.enum(crashPoints).optional(),
};

/** The time in which a request must arrive; Node checks once a second. */
const seconds = z.coerce.number().min(1).max(3_600);

/**
 * Variables of every program with an HTTP API. PUBLIC_ORIGIN can list several origins; links use the first.
 * HEADERS_SECONDS and BODY_SECONDS count from the first byte of a request; MAX_CONNECTIONS is the limit per client address.
 */
export const httpEnv = {
  HEADERS_SECONDS: seconds.default(connectionLimits.headersMs / 1_000),
  BODY_SECONDS: seconds.default(connectionLimits.bodyMs / 1_000),
  MAX_CONNECTIONS: z.coerce.number().int().min(1).default(connectionLimits.maxPerAddress),
  /** `off` switches every limit on requests off, for benchmarks and fault tests. */
  LIMITS: z.enum(['on', 'off']).default('on'),
  TRUST_PROXY: z.coerce.number().int().min(0).default(0),
  PUBLIC_ORIGIN: z
    .string()
    .transform((value) => value.split(',').map((origin) => origin.trim().replace(/\/$/, '')))
    .refine(
      (origins) => origins.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin),
      {
        error: 'must be an origin such as https://tickets.example, or several separated by commas',
      },
    ),
};

/** Fits on the disk of a laptop. */
const DEFAULT_LOG_BYTES = 2 * 1024 ** 3;

/**
 * Variables of every program that connects to the event bus. EVENT_LOG_MAX_BYTES applies to JetStream only, NATS_MONITOR_URL
 * to NATS Streaming.
 */
export const natsEnv = {
  NATS_URL: z.url({
    protocol: /^(nats|tls)$/,
    error: 'must be an address such as nats://nats-srv:4222 or tls://nats-srv:4222',
  }),
  NATS_CA: certificateAuthorities,
  NATS_CLUSTER_ID: z.string().min(1).default('ticketing'),
  NATS_CLIENT_ID: z.string().regex(/^[\w-]+$/, 'must contain only letters, digits, - and _'),
  EVENT_BUS: z.enum(['nats-streaming', 'jetstream']).default('nats-streaming'),
  EVENT_LOG_MAX_BYTES: z.coerce.number().int().min(1).default(DEFAULT_LOG_BYTES),
  NATS_MONITOR_URL: z
    .url({ protocol: /^http$/, error: 'must be an address such as http://nats-srv:8222' })
    .optional(),
};

/** Variables of every program with data in MongoDB. */
export const mongoEnv = {
  MONGO_URI: z.string().regex(/^mongodb(\+srv)?:\/\/[^/]+\/[\w-]+/, 'must be mongodb://host:port/database'),
  MONGO_CA: certificateAuthorities,
};

/** Variables of every program that verifies sessions. */
export const sessionEnv = {
  JWT_PUBLIC_KEY: envParsed(readPublicKeys, 'must be one or more PEM blocks of a public key'),
  COOKIE_SECURE: envFlag.optional(),
};

/** Variables of every program with an outbox. */
export const outboxEnv = {
  MAX_WAITING_EVENTS: z.coerce.number().int().min(1).default(10_000),
};

/** Variables of the four services with an HTTP API. */
export const serviceEnv = {
  ...processEnv,
  ...httpEnv,
  ...mongoEnv,
  ...natsEnv,
  ...outboxEnv,
  ...sessionEnv,
};

type Env<S extends z.ZodRawShape> = z.infer<z.ZodObject<S>>;

/** The options of `connectToEvents` from the variables of `natsEnv`. */
export function busConfig(env: Env<typeof natsEnv>) {
  return {
    url: env.NATS_URL,
    ca: env.NATS_CA,
    clusterId: env.NATS_CLUSTER_ID,
    clientId: env.NATS_CLIENT_ID,
    eventBus: env.EVENT_BUS,
    maxLogBytes: env.EVENT_LOG_MAX_BYTES,
    monitorUrl: env.NATS_MONITOR_URL?.replace(/\/$/, ''),
  };
}

/** The configuration from the variables of `serviceEnv`. */
export function serviceConfig(env: Env<typeof serviceEnv>) {
  return {
    host: env.HOST,
    port: env.PORT,
    logLevel: env.LOG_LEVEL,
    crashAt: env.CRASH_AT,
    trustProxy: env.TRUST_PROXY,
    limits: {
      ...connectionLimits,
      headersMs: env.HEADERS_SECONDS * 1_000,
      bodyMs: env.BODY_SECONDS * 1_000,
      maxPerAddress: env.LIMITS === 'on' ? env.MAX_CONNECTIONS : Infinity,
      trustProxy: env.TRUST_PROXY,
    },
    publicOrigins: env.PUBLIC_ORIGIN,
    hasLimits: env.LIMITS === 'on',
    publicKeys: env.JWT_PUBLIC_KEY,
    cookieSecure: isCookieSecure(env),
    mongoUri: env.MONGO_URI,
    mongoCa: env.MONGO_CA,
    maxWaitingEvents: env.MAX_WAITING_EVENTS,
    nats: busConfig(env),
  };
}

/** Whether the session cookie is Secure: by COOKIE_SECURE, otherwise in production. It decides the cookie's name too. */
export function isCookieSecure({
  COOKIE_SECURE,
  NODE_ENV,
}: Pick<Env<typeof serviceEnv>, 'COOKIE_SECURE' | 'NODE_ENV'>): boolean {
  return COOKIE_SECURE ?? NODE_ENV === 'production';
}

/** The environment is invalid. The message has one line for each problem, such as `MONGO_URI: is missing`. */
export class EnvironmentError extends Error {
  override name = 'EnvironmentError';
}

/** Returns the problems of an environment that no single variable shows, such as `COOKIE_SECURE: …`. */
type Check<T> = (read: { env: NodeJS.ProcessEnv; values: T | undefined }) => string[];

/**
 * Reads the variables named in `shape`. A variable that is not set is read from the file that `<NAME>_FILE` names.
 * `check` adds problems that depend on several variables; its `values` are undefined when a variable is invalid.
 * Throws EnvironmentError with every problem.
 */
export function parseEnv<S extends z.ZodRawShape>(
  shape: S,
  env: NodeJS.ProcessEnv,
  check: Check<Env<S>> = () => [],
): Env<S> {
  const { texts, problems } = readTexts(Object.keys(shape), env);
  const parsed = z.object(shape).safeParse(texts);
  for (const issue of parsed.error?.issues ?? []) {
    const name = String(issue.path[0]);
    if (problems.some((problem) => problem.startsWith(`${name}_FILE`))) continue;
    problems.push(`${name}: ${texts[name] === undefined ? 'is missing' : issue.message}`);
  }
  if (env['NODE_ENV'] === 'production')
    for (const [name, isRefused] of Object.entries(refusedInProduction))
      if (isRefused(texts[name])) problems.push(`${name}: is not allowed when NODE_ENV is production`);
  problems.push(...check({ env, values: parsed.data }));
  if (!parsed.success || problems.length > 0)
    throw new EnvironmentError(`Invalid configuration:\n  ${problems.join('\n  ')}`);
  return parsed.data;
}

/** Variables that only tests and benchmarks may set: whether production refuses a value. */
const refusedInProduction: Record<string, (text: string | undefined) => boolean> = {
  CRASH_AT: (text) => text !== undefined,
  LIMITS: (text) => text === 'off',
};

function readTexts(names: string[], env: NodeJS.ProcessEnv) {
  const texts: Record<string, string | undefined> = {};
  const problems: string[] = [];
  for (const name of names) {
    const file = env[`${name}_FILE`];
    texts[name] = env[name] === '' ? undefined : env[name];
    if (texts[name] !== undefined || !file) continue;
    try {
      texts[name] = readFileSync(file, 'utf8').trim();
    } catch (error) {
      problems.push(`${name}_FILE: ${(error as Error).message}`);
    }
  }
  return { texts, problems };
}

/** Returns the configuration that `read` returns. On EnvironmentError, prints it to stderr and exits with status 1. */
export function configOrExit<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
