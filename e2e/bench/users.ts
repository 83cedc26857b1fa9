import { createPrivateKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { newId, readPublicKeys, sessionCookieName } from '@ticketing/common';
import type { System } from '../../infra/local/src/system.ts';

export type User = { id: string; email: string; cookie: string };

/**
 * Creates users whose sessions are signed here with the key of the running system. Thousands of sign-ups would only
 * measure password hashing.
 */
export function createUserFactory({ keys }: System): () => Promise<User> {
  const key = createPrivateKey(readFileSync(keys.privateKeyFile));
  const kid = readPublicKeys(readFileSync(keys.publicKeyFile, 'utf8'))[0]?.kid;
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return () => {
    const id = newId();
    const email = `${id}@example.com`;
    const iat = Math.floor(Date.now() / 1000);
    const claims = { sub: id, sid: newId(), sv: 0, iat, exp: iat + 12 * 3600 };
    const unsigned = `${encode({ alg: 'RS256', typ: 'JWT', kid })}.${encode(claims)}`;
    return new Promise((resolve, reject) => {
      sign('RSA-SHA256', Buffer.from(unsigned), key, (error, signature) => {
        if (error) return reject(error);
        const jwt = `${unsigned}.${signature.toString('base64url')}`;
        resolve({
          id,
          email,
          cookie: `${sessionCookieName(false)}=${Buffer.from(JSON.stringify({ jwt })).toString('base64')}`,
        });
      });
    });
  };
}

/** Signs users up. Auth reads their e-mail addresses from its database; those of `createUserFactory` are not in it. */
export function signUpUsers(
  { url }: { url: (service: 'auth', path: string) => string },
  count: number,
): Promise<User[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const response = await fetch(url('auth', '/api/users/signup'), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email: `${newId()}@example.com`, password: 'correct horse battery' }),
      });
      if (response.status !== 201) throw new Error(`Sign-up returned ${response.status}`);
      const { id, email } = (await response.json()) as { id: string; email: string };
      return { id, email, cookie: response.headers.getSetCookie()[0]?.split(';')[0] ?? '' };
    }),
  );
}
