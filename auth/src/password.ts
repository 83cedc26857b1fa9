import { domainToUnicode } from 'node:url';
import { commonPasswords } from './common-passwords.ts';

export const MIN_PASSWORD_LENGTH = 8;
export const MAX_PASSWORD_LENGTH = 128;

/** As the pages spell it. */
const SHOP_NAME = 'Encore';
/** Shorter parts of an e-mail address, such as `de` or `bo`, are in many good passwords. */
const MIN_PART_LENGTH = 4;

/**
 * Checks a new password: 8 to 128 characters of any kind, not a common one, and without the name of the shop. There are no
 * composition rules and no expiry, because both make passwords worse (NIST SP 800-63B).
 * @returns why the password is refused, or undefined when it is accepted.
 */
export function weakness(password: string): string | undefined {
  const length = [...password].length;
  if (length < MIN_PASSWORD_LENGTH || length > MAX_PASSWORD_LENGTH)
    return `Password must have ${MIN_PASSWORD_LENGTH} to ${MAX_PASSWORD_LENGTH} characters`;
  if (commonPasswords.has(comparable(password)) || new Set(password).size === 1)
    return 'This password is one of the most common ones, please choose another';
  if (contains(password, SHOP_NAME)) return `Password must not contain the name ${SHOP_NAME}`;
  return undefined;
}

/**
 * Checks a new password against the e-mail address of its account: guesses start with its local part, the words in that,
 * and the labels of its domain but for the last one, such as `bücher` in `u@xn--bcher-kva.example`. Only those of at least
 * 4 characters count.
 * @returns why the password is refused, or undefined when it is accepted.
 */
export function likeness(password: string, email: string): string | undefined {
  const part = partsOf(email).find((part) => [...part].length >= MIN_PART_LENGTH && contains(password, part));
  return part && `Password must not contain “${part}” from your e-mail address`;
}

function partsOf(email: string): string[] {
  const at = email.lastIndexOf('@');
  const local = email.slice(0, at);
  const words = local.match(/[\p{L}\p{M}]+/gu) ?? [];
  return [
    local,
    ...words,
    ...domainToUnicode(email.slice(at + 1))
      .split('.')
      .slice(0, -1),
  ];
}

function contains(password: string, word: string): boolean {
  return comparable(password).includes(comparable(word));
}

function comparable(text: string): string {
  return canonical(text).toLowerCase();
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
  perKnownDevice: 10,
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
