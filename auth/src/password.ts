import { commonPasswords } from './common-passwords.ts';

export const MIN_PASSWORD_LENGTH = 8;
export const MAX_PASSWORD_LENGTH = 128;

/**
 * What a new password must be: 8 to 128 characters, any of them, and not one that attackers try first. No rules of
 * composition and no expiry; both make passwords worse (NIST SP 800-63B).
 * @returns why it is refused, or undefined when it will do.
 */
export function weakness(password: string): string | undefined {
  const length = [...password].length;
  if (length < MIN_PASSWORD_LENGTH || length > MAX_PASSWORD_LENGTH)
    return `Password must have ${MIN_PASSWORD_LENGTH} to ${MAX_PASSWORD_LENGTH} characters`;
  if (commonPasswords.has(canonical(password).toLowerCase()) || new Set(password).size === 1)
    return 'This password is one of the most common ones, please choose another';
  return undefined;
}

/** The same password whichever keyboard typed it: é is one character or two. */
export function canonical(password: string): string {
  return password.normalize('NFKC');
}

const MINUTE = 60_000;

/** How many wrong passwords are too many, and for how long they count. */
export const guessing = { perEmail: 10, perAddress: 100, windowMs: 15 * MINUTE } as const;

/**
 * How long somebody has to wait who failed at these times.
 * @returns milliseconds until fewer than `limit` of them count; 0 when that is so now.
 */
export function waitMs(failedAt: readonly Date[], limit: number, now: Date): number {
  const counting = failedAt
    .map((time) => time.getTime() + guessing.windowMs - now.getTime())
    .filter((left) => left > 0)
    .sort((a, b) => a - b);
  return counting[counting.length - limit] ?? 0;
}

/** Whose guesses are counted together: an IPv4 address, or the /64 network that one IPv6 subscriber has. */
export function clientNetwork(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return mapped;
  if (!address.includes(':')) return address;
  const [head = '', tail = ''] = address.toLowerCase().split('%')[0]?.split('::') ?? [];
  const left = head.split(':').filter(Boolean);
  const right = tail.split(':').filter(Boolean);
  const zeros = address.includes('::') ? Array<string>(8 - left.length - right.length).fill('0') : [];
  return `${[...left, ...zeros, ...right].slice(0, 4).join(':')}::/64`;
}
