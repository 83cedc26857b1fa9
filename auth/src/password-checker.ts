import { availableParallelism } from 'node:os';
import { Semaphore } from '@ticketing/common';
import { hashPassword, verifyPassword } from './hasher.ts';
import type { Attempt } from './models/failures.ts';
import { assertNotLockedOut, recordFailure, resetFailures } from './models/failures.ts';
import type { User } from './models/user.ts';
import { canonicalAddress, findByEmail } from './models/user.ts';

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
};

export function passwordChecker({
  concurrency = CONCURRENCY,
  queueLimit = QUEUE_LIMIT,
} = {}): PasswordChecker {
  const semaphore = new Semaphore(concurrency, queueLimit);
  return {
    hash: (password) => semaphore.run(() => hashPassword(password)),
    check: (login, password, address) =>
      semaphore.run(() => check({ email: login.email, address }, password, () => findByEmail(login))),
    async checkUser(user, password, address) {
      const attempt = { email: canonicalAddress(user), address };
      const found = await semaphore.run(() => check(attempt, password, () => Promise.resolve([user])));
      return found !== undefined;
    },
  };
}

async function check(attempt: Attempt, password: string, findCandidates: () => Promise<User[]>) {
  const [candidates, hasFailures] = await Promise.all([findCandidates(), assertNotLockedOut(attempt)]);
  const user = await firstWithPassword(candidates, password);
  if (!user) {
    await recordFailure(attempt);
    return undefined;
  }
  if (hasFailures) await resetFailures(attempt);
  return user;
}

/** Takes as long without a candidate as with one. */
async function firstWithPassword(candidates: User[], password: string): Promise<User | undefined> {
  if (candidates.length === 0) await verifyPassword(password, undefined);
  for (const user of candidates) if (await verifyPassword(password, user.passwordHash)) return user;
  return undefined;
}
