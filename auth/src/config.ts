import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import {
  EnvironmentError,
  envParsed,
  parseEnv,
  serviceConfig,
  serviceEnv,
  thumbprint,
} from '@ticketing/common';

const MIN_KEY_BITS = 2048;

export const environment = {
  ...serviceEnv,
  JWT_PRIVATE_KEY: envParsed(
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
    problems.push('JWT_PRIVATE_KEY: does not match any key in JWT_PUBLIC_KEY');
  if (cookieSecure && env.TRUST_PROXY === 0)
    problems.push(
      'COOKIE_SECURE: is true, but TRUST_PROXY is 0 and this process serves plain HTTP, so no cookie would be set: ' +
        'set TRUST_PROXY to the number of proxies in front, or COOKIE_SECURE=false',
    );
  if (problems.length > 0) throw new EnvironmentError(`Invalid configuration:\n  ${problems.join('\n  ')}`);
  return {
    ...serviceConfig(env),
    cookieSecure,
    signingKey: { kid, key: env.JWT_PRIVATE_KEY },
  };
}

function readPrivateKey(pem: string): KeyObject {
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < MIN_KEY_BITS)
    throw new Error('not an RSA key, or too short');
  return key;
}
