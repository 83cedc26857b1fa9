import { availableParallelism } from 'node:os';
import type { Caller } from './caller.ts';
import type { Devices } from './devices.ts';
import { aborted, HashQueues } from './hash-queues.ts';
import { hashPassword, verifyPassword } from './hasher.ts';
import type { Counter } from './lockout.ts';
import { chooseCounters, countersOf, passwordChangeCounter } from './lockout.ts';
import { assertNotLockedOut, readFailures, recordFailure, resetFailures } from './models/failures.ts';
import type { User } from './models/user.ts';
import { canonicalAddress, findByEmail, rememberNetwork } from './models/user.ts';

const QUEUE_LIMIT = 200;
/** One more than the cores, to use them all while one request reads the database; libuv has four threads. */
const CONCURRENCY = Math.min(4, availableParallelism() + 1);

/**
 * Hashes and checks passwords, a few at a time; see `HashQueues` for what the methods throw when there are too many.
 * Failures are counted inside the queue, so that simultaneous attempts cannot exceed the limit.
 */
export type PasswordChecker = {
  /** Returns the hash of the password of a new account. Throws too when the request is answered meanwhile. */
  hashForSignUp(password: string, caller: Caller): Promise<string>;
  /**
   * Returns the user with this e-mail address (see `findByEmail`) and password, or undefined. Throws
   * TooManyRequestsError after too many failures.
   */
  check(login: { email: string; typed: string }, password: string, caller: Caller): Promise<User | undefined>;
  /** The same for the account of an earlier sign-up. */
  checkSignUp(user: User, password: string, caller: Caller): Promise<boolean>;
  /** The same in a session of the user: only failures in sessions count. */
  checkInSession(user: User, password: string, caller: Caller): Promise<boolean>;
  /** Returns the hash of a new password for an account that exists. */
  hashForChange(password: string, caller: Caller): Promise<string>;
};

/** What accounts know: `networkId` is the function that `networkIds` returns. */
type Known = { networkId: (address: string) => string; devices: Pick<Devices, 'read' | 'knows'> };

export function passwordChecker(
  known: Known,
  queues = new HashQueues({ concurrency: CONCURRENCY, limit: QUEUE_LIMIT }),
): PasswordChecker {
  const check = createCheck(known);
  return {
    async hashForSignUp(password, caller) {
      const hash = await queues.run('sign-up', caller, () => hashPassword(password));
      if (caller.isAnswered()) throw aborted(); // else a sign-up that read "please try again" would create an account
      return hash;
    },
    check: ({ email, typed }, password, caller) =>
      queues.run('sign-in', caller, () =>
        check({ email, password, caller }, () => findByEmail({ email, typed })),
      ),
    async checkSignUp(user, password, caller) {
      const guess = { email: canonicalAddress(user), password, caller };
      const found = await queues.run('sign-up', caller, () => check(guess, () => Promise.resolve([user])));
      return found !== undefined;
    },
    checkInSession: (user, password, caller) =>
      queues.run('password-change', caller, () => checkInSession(user, password)),
    hashForChange: (password, caller) => queues.run('password-change', caller, () => hashPassword(password)),
  };
}

type Guess = { email: string; password: string; caller: Caller };

/** A success of a known network takes two reads, also on a known device, and one write where there are failures to reset. */
function createCheck({ networkId, devices }: Known) {
  return async ({ email, password, caller }: Guess, findCandidates: () => Promise<User[]>) => {
    const device = devices.read(caller.cookies);
    const all = countersOf({ email, address: caller.address, deviceId: device?.id });
    const [candidates, failedAt] = await Promise.all([
      findCandidates(),
      readFailures(Object.values(all).flat()),
    ]);
    const network = networkId(caller.address);
    const owner = ownerOf(candidates);
    const counters = chooseCounters(all, {
      device: owner !== undefined && devices.knows(device, owner),
      network: owner?.networks?.includes(network) ?? false,
    });
    assertNotLockedOut(counters, failedAt);
    const user = await firstWithPassword(candidates, password);
    if (!user) {
      await recordFailure(counters);
      return undefined;
    }
    await resetFirst(counters, failedAt);
    if (!user.networks?.includes(network)) await rememberNetwork(user._id, network);
    return user;
  };
}

/** Of several accounts with one address, the owner of one must not get the higher limit for guesses at another. */
function ownerOf(candidates: User[]): User | undefined {
  return candidates.length === 1 ? candidates[0] : undefined;
}

async function checkInSession(user: User, password: string): Promise<boolean> {
  const counters = [passwordChangeCounter(user._id)];
  const failedAt = await readFailures(counters);
  assertNotLockedOut(counters, failedAt);
  if (await verifyPassword(password, user.passwordHash)) {
    await resetFirst(counters, failedAt);
    return true;
  }
  await recordFailure(counters);
  return false;
}

async function resetFirst([counter]: Counter[], failedAt: Map<string, Date[]>): Promise<void> {
  if (counter && failedAt.has(counter._id)) await resetFailures(counter);
}

/** Takes as long without a candidate as with one. */
async function firstWithPassword(candidates: User[], password: string): Promise<User | undefined> {
  if (candidates.length === 0) await verifyPassword(password, undefined);
  for (const user of candidates) if (await verifyPassword(password, user.passwordHash)) return user;
  return undefined;
}
