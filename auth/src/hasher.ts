import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { canonical } from './password.ts';

/** argon2id, the library's default algorithm, with OWASP's parameters: about 18 ms of one core. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export function hashPassword(password: string): Promise<string> {
  return hash(canonical(password), cost);
}

/** The hash of nobody's password. */
const nobodys = hashPassword(randomBytes(32).toString('hex'));

/** Takes as long without a hash, so that an unknown e-mail address does not show. */
export async function isPassword(password: string, passwordHash: string | undefined): Promise<boolean> {
  const matches = await verify(passwordHash ?? (await nobodys), canonical(password));
  return matches && passwordHash !== undefined;
}
