import { commonPasswords } from './common-passwords.ts';

export const MIN_PASSWORD_LENGTH = 8;
export const MAX_PASSWORD_LENGTH = 128;

/**
 * Checks a new password: 8 to 128 characters of any kind, and not a common one. There are no composition rules and no
 * expiry, because both make passwords worse (NIST SP 800-63B).
 * @returns why the password is refused, or undefined when it is accepted.
 */
export function weakness(password: string): string | undefined {
  const length = [...password].length;
  if (length < MIN_PASSWORD_LENGTH || length > MAX_PASSWORD_LENGTH)
    return `Password must have ${MIN_PASSWORD_LENGTH} to ${MAX_PASSWORD_LENGTH} characters`;
  if (commonPasswords.has(canonical(password).toLowerCase()) || new Set(password).size === 1)
    return 'This password is one of the most common ones, please choose another';
  return undefined;
}

/** Normalizes a password, because keyboards type é as one character or as two. */
export function canonical(password: string): string {
  return password.normalize('NFKC');
}

const MINUTE = 60_000;

/** How many failures within the window refuse further attempts; see `countersOf`. */
export const failureLimits = {
  perEmail: 10,
  perAddress: 100,
  perKnownNetwork: 100,
  perPasswordChange: 10,
  windowMs: 15 * MINUTE,
} as const;

/**
 * How long to wait after failures at these times.
 * @returns milliseconds until fewer than `limit` failures are in the window; 0 when that is the case now.
 */
export function waitMs(failedAt: readonly Date[], limit: number, now: Date): number {
  const leftMs = failedAt
    .map((time) => time.getTime() + failureLimits.windowMs - now.getTime())
    .filter((left) => left > 0)
    .sort((a, b) => a - b);
  return leftMs[leftMs.length - limit] ?? 0;
}
