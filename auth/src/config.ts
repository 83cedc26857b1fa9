import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import {
  EnvironmentError,
  httpEnv,
  mongoEnv,
  natsEnv,
  parseEnv,
  processEnv,
  readPublicKeys,
  sessionEnv,
  thumbprint,
} from '@ticketing/common';
import { z } from 'zod';

const MIN_KEY_BITS = 2048;

/** Every variable that this service reads. */
export const environment = {
  ...processEnv,
  ...httpEnv,
  ...mongoEnv,
  ...natsEnv,
  ...sessionEnv,
  JWT_PUBLIC_KEY: parsed(readPublicKeys, 'must be one or several PEM blocks of an RSA public key'),
  JWT_PRIVATE_KEY: parsed(
    readPrivateKey,
    `must be the PEM block of an RSA private key of at least ${MIN_KEY_BITS} bits`,
  ),
};

export type Config = ReturnType<typeof readConfig>;

export function readConfig(processEnvironment: NodeJS.ProcessEnv) {
  const env = parseEnv(environment, processEnvironment);
  const cookieSecure = env.COOKIE_SECURE ?? env.NODE_ENV === 'production';
  const problems = [];
  const kid = thumbprint(createPublicKey(env.JWT_PRIVATE_KEY));
  if (!env.JWT_PUBLIC_KEY.some((key) => key.kid === kid))
    problems.push('JWT_PRIVATE_KEY: is the other half of none of the keys in JWT_PUBLIC_KEY');
  if (cookieSecure && env.TRUST_PROXY === 0)
    problems.push(
      'COOKIE_SECURE: is on, but this process speaks plain HTTP and TRUST_PROXY is 0, so that no cookie would ever ' +
        'be sent: set TRUST_PROXY to the number of proxies in front, or COOKIE_SECURE=false',
    );
  if (problems.length > 0)
    throw new EnvironmentError(`The environment is not right:\n  ${problems.join('\n  ')}`);
  return {
    host: env.HOST,
    port: env.PORT,
    logLevel: env.LOG_LEVEL,
    trustProxy: env.TRUST_PROXY,
    publicOrigins: env.PUBLIC_ORIGIN,
    cookieSecure,
    mongoUri: env.MONGO_URI,
    publicKeys: env.JWT_PUBLIC_KEY,
    signingKey: { kid, key: env.JWT_PRIVATE_KEY },
    crashAt: env.CRASH_AT,
    nats: {
      url: env.NATS_URL,
      clusterId: env.NATS_CLUSTER_ID,
      clientId: env.NATS_CLIENT_ID,
      eventBus: env.EVENT_BUS,
    },
  };
}

function parsed<T>(read: (text: string) => T, message: string) {
  return z.string().transform((text, context): T => {
    try {
      return read(text);
    } catch {
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    }
  });
}

function readPrivateKey(pem: string): KeyObject {
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < MIN_KEY_BITS)
    throw new Error('not an RSA key that is long enough');
  return key;
}
