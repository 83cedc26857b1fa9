import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { canonical } from './password.ts';

/** The OWASP parameters for argon2id, the default algorithm of the library: about 18 ms of one core. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export function hashPassword(password: string): Promise<string> {
  return hash(canonical(password), cost);
}

/** A hash that no password matches. */
const unknownUserHash = hashPassword(randomBytes(32).toString('hex'));

/** Takes as long without a hash, so that the response time does not reveal whether an e-mail address has an account. */
export async function verifyPassword(password: string, passwordHash: string | undefined): Promise<boolean> {
  const matches = await verify(passwordHash ?? (await unknownUserHash), canonical(password));
  return matches && passwordHash !== undefined;
}
