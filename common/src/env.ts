import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { crashPoints } from './crash.ts';
import { readPublicKeys } from './session.ts';

const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
/** A text that `read` makes something of; where it throws, `message` says what is wrong. */
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

const port = z.coerce.number().int().min(0).max(65_535);

/** Variables of every program. */
export const processEnv = {
  NODE_ENV: z.string().default('development'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  HOST: z.string().default('0.0.0.0'),
  PORT: port.default(3000),
  CRASH_AT: z.enum(crashPoints).optional(),
};

/** Variables of every program that serves people. PUBLIC_ORIGIN may list several; the first is used in links. */
export const httpEnv = {
  TRUST_PROXY: z.coerce.number().int().min(0).default(0),
  PUBLIC_ORIGIN: z
    .string()
    .transform((value) => value.split(',').map((origin) => origin.trim().replace(/\/$/, '')))
    .refine(
      (origins) => origins.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin),
      {
        error: 'must be an origin such as https://tickets.example, or several with commas',
      },
    ),
};

/** Variables of every program that meets the others. */
export const natsEnv = {
  NATS_URL: z.url({ protocol: /^nats$/, error: 'must be an address such as nats://nats-srv:4222' }),
  NATS_CLUSTER_ID: z.string().min(1).default('ticketing'),
  NATS_CLIENT_ID: z.string().regex(/^[\w-]+$/, 'may hold letters, digits, - and _ only'),
  EVENT_BUS: z.enum(['nats-streaming', 'jetstream']).default('nats-streaming'),
};

export const mongoEnv = {
  MONGO_URI: z.string().regex(/^mongodb(\+srv)?:\/\/[^/]+\/[\w-]+/, 'must be mongodb://host:port/database'),
};

export const sessionEnv = {
  JWT_PUBLIC_KEY: envParsed(readPublicKeys, 'must be one or several PEM blocks of a public key'),
  COOKIE_SECURE: flag.optional(),
};

/** Variables of every service that keeps what people do: the four with an HTTP API. */
export const serviceEnv = { ...processEnv, ...httpEnv, ...mongoEnv, ...natsEnv, ...sessionEnv };

type Env<S extends z.ZodRawShape> = z.infer<z.ZodObject<S>>;

export function busConfig(env: Env<typeof natsEnv>) {
  return {
    url: env.NATS_URL,
    clusterId: env.NATS_CLUSTER_ID,
    clientId: env.NATS_CLIENT_ID,
    eventBus: env.EVENT_BUS,
  };
}

/** What `serviceEnv` says, as programs use it. */
export function serviceConfig(env: Env<typeof serviceEnv>) {
  return {
    host: env.HOST,
    port: env.PORT,
    logLevel: env.LOG_LEVEL,
    crashAt: env.CRASH_AT,
    trustProxy: env.TRUST_PROXY,
    publicOrigins: env.PUBLIC_ORIGIN,
    publicKeys: env.JWT_PUBLIC_KEY,
    mongoUri: env.MONGO_URI,
    nats: busConfig(env),
  };
}

export { flag as envFlag };

/** What is wrong with the environment: every variable that is, not only the first. */
export class EnvironmentError extends Error {
  override name = 'EnvironmentError';
}

/**
 * Reads the variables that `shape` names, and for any that is absent the file that `<NAME>_FILE` names.
 * Throws EnvironmentError that says what is wrong with each of them.
 */
export function parseEnv<S extends z.ZodRawShape>(shape: S, env: NodeJS.ProcessEnv): z.infer<z.ZodObject<S>> {
  const given: Record<string, string | undefined> = {};
  const problems: string[] = [];
  for (const name of Object.keys(shape)) {
    const file = env[`${name}_FILE`];
    given[name] = env[name] === '' ? undefined : env[name];
    if (given[name] !== undefined || !file) continue;
    try {
      given[name] = readFileSync(file, 'utf8').trim();
    } catch (error) {
      problems.push(`${name}_FILE: ${(error as Error).message}`);
    }
  }
  const parsed = z.object(shape).safeParse(given);
  for (const issue of parsed.error?.issues ?? []) {
    const name = String(issue.path[0]);
    if (problems.some((problem) => problem.startsWith(`${name}_FILE`))) continue;
    problems.push(`${name}: ${given[name] === undefined ? 'is missing' : issue.message}`);
  }
  if (env['NODE_ENV'] === 'production' && given['CRASH_AT'])
    problems.push('CRASH_AT: is refused when NODE_ENV is production');
  if (!parsed.success || problems.length > 0)
    throw new EnvironmentError(`The environment is not right:\n  ${problems.join('\n  ')}`);
  return parsed.data;
}

/** Runs `read`; when the environment is wrong, says so on standard error and ends the process with 1. */
export function configOrExit<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
