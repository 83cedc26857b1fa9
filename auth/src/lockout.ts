import type { KeyObject } from 'node:crypto';
import { clientKey, derivedKey, keyedHash } from '@ticketing/common';
import { failureLimits } from './password.ts';

/** Failed attempts that are counted together, and how many of them within the window refuse the next attempt. */
export type Counter = { _id: string; limit: number };

/** Who tries to sign in: the canonical e-mail address, the IP address of the client, and the id that its device gives. */
export type Attempt = { email: string; address: string; deviceId?: string | undefined };

/** The counters of an attempt, by what the account knows: the device, the network, or neither. */
export type Counters = { device: Counter[]; network: Counter[]; neither: Counter[] };

/**
 * The counters that can concern an attempt. A device, or a network, from which the account signed in before has a counter
 * of its own for it, so strangers cannot lock out the owner, and the failures of a shared network for other accounts do
 * not count. All other clients share one counter of the account, and each network has one for all accounts that do not
 * know it. A success resets the first counter. 100 is the most that NIST SP 800-63B (section 5.2.2) permits.
 */
export function countersOf({ email, address, deviceId }: Attempt): Counters {
  const network = clientKey(address);
  return {
    device:
      deviceId === undefined
        ? []
        : [{ _id: `device:${deviceId}:${email}`, limit: failureLimits.perKnownDevice }],
    network: [{ _id: `known:${network}:${email}`, limit: failureLimits.perKnownNetwork }],
    neither: [
      { _id: emailCounter(email), limit: failureLimits.perEmail },
      { _id: `address:${network}`, limit: failureLimits.perAddress },
    ],
  };
}

/** The counters that count: those of the device, which no one else can use up, before those of the network. */
export function chooseCounters(counters: Counters, knows: { device: boolean; network: boolean }): Counter[] {
  if (knows.device) return counters.device;
  return knows.network ? counters.network : counters.neither;
}

export function emailCounter(email: string): string {
  return `email:${email}`;
}

/** Wrong current passwords in a session: no one else can lock its user out of changing the password. */
export function passwordChangeCounter(userId: string): Counter {
  return { _id: `password:${userId}`, limit: failureLimits.perPasswordChange };
}

/** Returns a function from a client's IP address to the id under which accounts remember its network: a keyed hash. */
export function networkIds(signingKey: KeyObject): (address: string) => string {
  const hash = keyedHash(derivedKey(signingKey, 'known networks'));
  return (address) => hash(clientKey(address));
}
