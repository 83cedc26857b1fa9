import { availableParallelism } from 'node:os';
import { Semaphore } from '@ticketing/common';
import { hashPassword, verifyPassword } from './hasher.ts';
import type { Attempt, Counter } from './lockout.ts';
import { countersOf, passwordChangeCounter } from './lockout.ts';
import { assertNotLockedOut, readFailures, recordFailure, resetFailures } from './models/failures.ts';
import type { User } from './models/user.ts';
import { canonicalAddress, findByEmail, rememberNetwork } from './models/user.ts';

const QUEUE_LIMIT = 200;
/** One more than the cores, to use them all while one request reads the database; libuv has four threads. */
const CONCURRENCY = Math.min(4, availableParallelism() + 1);

/** Hashes and checks passwords, a few at a time. Throws UnavailableError when the queue is full. */
export type PasswordChecker = {
  hash(password: string): Promise<string>;
  /**
   * Returns the user with this e-mail address (see `findByEmail`) and password, or undefined. `address` is the client's.
   * Throws TooManyRequestsError after too many failures. Failures are counted inside the queue, so that simultaneous
   * attempts cannot exceed the limit.
   */
  check(
    login: { email: string; typed: string },
    password: string,
    address: string,
  ): Promise<User | undefined>;
  /** The same for a user who is known. */
  checkUser(user: User, password: string, address: string): Promise<boolean>;
  /** The same in a session of the user: only failures in sessions count. */
  checkInSession(user: User, password: string): Promise<boolean>;
};

/** `networkId` is the function that `networkIds` returns. */
export function passwordChecker(
  networkId: (address: string) => string,
  { concurrency = CONCURRENCY, queueLimit = QUEUE_LIMIT } = {},
): PasswordChecker {
  const semaphore = new Semaphore(concurrency, queueLimit);
  const check = createCheck(networkId);
  return {
    hash: (password) => semaphore.run(() => hashPassword(password)),
    check: (login, password, address) =>
      semaphore.run(() => check({ email: login.email, address }, password, () => findByEmail(login))),
    async checkUser(user, password, address) {
      const attempt = { email: canonicalAddress(user), address };
      const found = await semaphore.run(() => check(attempt, password, () => Promise.resolve([user])));
      return found !== undefined;
    },
    checkInSession: (user, password) => semaphore.run(() => checkInSession(user, password)),
  };
}

/** A success from a network that is known takes two reads, and one write where there are failures to reset. */
function createCheck(networkId: (address: string) => string) {
  return async (attempt: Attempt, password: string, findCandidates: () => Promise<User[]>) => {
    const { known, unknown } = countersOf(attempt);
    const [candidates, failedAt] = await Promise.all([
      findCandidates(),
      readFailures([...known, ...unknown]),
    ]);
    const network = networkId(attempt.address);
    const isKnown = knowsNetwork(candidates, network);
    const counters = isKnown ? known : unknown;
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
function knowsNetwork(candidates: User[], network: string): boolean {
  return candidates.length === 1 && (candidates[0]?.networks?.includes(network) ?? false);
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
