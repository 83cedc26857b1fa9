import type { KeyObject } from 'node:crypto';
import type { Request } from 'express';
import type { Logger, SecurityEvent } from '@ticketing/common';
import { derivedKey, keyedHash, logSecurity } from '@ticketing/common';

/** Writes a line about a request to the security log; the canonical `email` only as a keyed hash. */
export type SecurityLog = (
  event: SecurityEvent,
  req: Request,
  about?: { userId?: string; email?: string },
) => void;

/** `hashEmail` is the function that `emailHashes` returns. */
export function securityLog(log: Logger, hashEmail: (email: string) => string): SecurityLog {
  return (event, req, { userId, email } = {}) => {
    logSecurity(log, event, req, {
      ...(userId !== undefined && { userId }),
      ...(email !== undefined && { emailHash: hashEmail(email) }),
    });
  };
}

/**
 * Returns a function from a canonical e-mail address to its keyed hash, by which lines about
 * one address can be found although no one can read the address, or test a guess, without the key. The key is `given`
 * (SECURITY_LOG_KEY), else one that is derived from the signing key, so all replicas write the same hash.
 */
export function emailHashes(given: string | undefined, signingKey: KeyObject): (email: string) => string {
  return keyedHash(given ?? derivedKey(signingKey, 'security log'));
}
