import { createHmac, hkdfSync, type KeyObject } from 'node:crypto';
import { clientKey } from '@ticketing/common';
import { failureLimits } from './password.ts';

/** Failed attempts that are counted together, and how many of them within the window refuse the next attempt. */
export type Counter = { _id: string; limit: number };

/** Who tries to sign in: the canonical e-mail address, and the IP address of the client. */
export type Attempt = { email: string; address: string };

/**
 * The counters of an attempt. A network from which the account signed in before has a counter of its own for it, so
 * strangers cannot lock out the owner, and the failures of a shared network for other accounts do not count. All other
 * networks share one counter of the account, and each has one for all accounts that do not know it. A success resets the
 * first counter. 100 is the most that NIST SP 800-63B (section 5.2.2) permits.
 */
export function countersOf({ email, address }: Attempt): { known: Counter[]; unknown: Counter[] } {
  const network = clientKey(address);
  return {
    known: [{ _id: `known:${network}:${email}`, limit: failureLimits.perKnownNetwork }],
    unknown: [
      { _id: emailCounter(email), limit: failureLimits.perEmail },
      { _id: `address:${network}`, limit: failureLimits.perAddress },
    ],
  };
}

export function emailCounter(email: string): string {
  return `email:${email}`;
}

/** Wrong current passwords in a session: no one else can lock its user out of changing the password. */
export function passwordChangeCounter(userId: string): Counter {
  return { _id: `password:${userId}`, limit: failureLimits.perPasswordChange };
}

/** Returns a function from a client's IP address to the id under which accounts remember its network: a keyed hash. */
export function networkIds(key: KeyObject): (address: string) => string {
  const secret = key.export({ type: 'pkcs8', format: 'der' });
  const derived = Buffer.from(hkdfSync('sha256', secret, '', 'known networks', 32));
  return (address) =>
    createHmac('sha256', derived).update(clientKey(address)).digest('base64url').slice(0, 22);
}
