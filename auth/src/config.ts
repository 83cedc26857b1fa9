import type { KeyObject } from 'node:crypto';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { z } from 'zod';
import {
  envLimit,
  envParsed,
  isCookieSecure,
  parseEnv,
  serviceConfig,
  serviceEnv,
  thumbprint,
} from '@ticketing/common';
import { limits } from './limits.ts';

const MIN_KEY_BITS = 2048;

/** Every variable that this service reads. */
export const environment = {
  ...serviceEnv,
  SECURITY_LOG_KEY: z.string().min(32, 'must have at least 32 characters').optional(),
  LIMIT_SIGN_UPS: envLimit(limits.signUps),
  MAX_SELLER_REFUNDS: z.coerce.number().int().min(1).default(3),
  JWT_PRIVATE_KEY: envParsed(
    readPrivateKey,
    `must be the PEM block of an RSA private key of at least ${MIN_KEY_BITS} bits`,
  ),
};

export type Config = ReturnType<typeof readConfig>;

export function readConfig(processEnvironment: NodeJS.ProcessEnv) {
  const env = parseEnv(environment, processEnvironment, ({ values }) => (values ? problemsOf(values) : []));
  return {
    ...serviceConfig(env),
    rates: { signUps: env.LIMIT_SIGN_UPS },
    maxSellerRefunds: env.MAX_SELLER_REFUNDS,
    securityLogKey: env.SECURITY_LOG_KEY,
    signingKey: { kid: keyId(env.JWT_PRIVATE_KEY), key: env.JWT_PRIVATE_KEY },
  };
}

/** The few variables of an operator's program, such as `npm run lift-suspension`, which serves no requests. */
export function readOperatorConfig(env: NodeJS.ProcessEnv = process.env) {
  const { MONGO_URI, MONGO_CA, LOG_LEVEL } = environment;
  const values = parseEnv({ MONGO_URI, MONGO_CA, LOG_LEVEL }, env);
  return { mongoUri: values.MONGO_URI, mongoCa: values.MONGO_CA, logLevel: values.LOG_LEVEL };
}

type Values = z.infer<z.ZodObject<typeof environment>>;

function problemsOf(env: Values): string[] {
  const problems = [];
  if (!env.JWT_PUBLIC_KEY.some(({ kid }) => kid === keyId(env.JWT_PRIVATE_KEY)))
    problems.push('JWT_PRIVATE_KEY: does not match any key in JWT_PUBLIC_KEY');
  if (isCookieSecure(env) && env.TRUST_PROXY === 0)
    problems.push(
      'COOKIE_SECURE: is true, but this process serves plain HTTP and TRUST_PROXY is 0, so cookies would never be sent: ' +
        'set TRUST_PROXY to the number of proxies in front of it, or COOKIE_SECURE=false',
    );
  return problems;
}

function keyId(privateKey: KeyObject): string {
  return thumbprint(createPublicKey(privateKey));
}

function readPrivateKey(pem: string): KeyObject {
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < MIN_KEY_BITS)
    throw new Error('not an RSA key of sufficient length');
  return key;
}
