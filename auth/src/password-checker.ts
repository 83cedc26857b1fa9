import { availableParallelism } from 'node:os';
import { Semaphore } from '@ticketing/common';
import { hashPassword, verifyPassword } from './hasher.ts';
import { assertNotLockedOut, recordFailure, resetFailures } from './models/failures.ts';
import type { User } from './models/user.ts';
import { findUser } from './models/user.ts';

const QUEUE_LIMIT = 200;
/** One more than the cores, to use them all while one request reads the database; libuv has four threads. */
const CONCURRENCY = Math.min(4, availableParallelism() + 1);

/** Hashes and checks passwords, a few at a time. Throws UnavailableError when the queue is full. */
export type PasswordChecker = {
  hash(password: string): Promise<string>;
  /**
   * Returns the user with this e-mail address and password, or undefined. Throws TooManyRequestsError after too many
   * failures. Failures are counted inside the queue, so that simultaneous attempts cannot exceed the limit.
   */
  check(email: string, password: string, address: string): Promise<User | undefined>;
};

export function passwordChecker({
  concurrency = CONCURRENCY,
  queueLimit = QUEUE_LIMIT,
} = {}): PasswordChecker {
  const semaphore = new Semaphore(concurrency, queueLimit);
  return {
    hash: (password) => semaphore.run(() => hashPassword(password)),
    check: (email, password, address) => semaphore.run(() => check({ email, address }, password)),
  };
}

async function check(attempt: { email: string; address: string }, password: string) {
  const [user, hasFailures] = await Promise.all([
    findUser({ email: attempt.email }),
    assertNotLockedOut(attempt),
  ]);
  const isCorrect = await verifyPassword(password, user?.passwordHash);
  if (!user || !isCorrect) {
    await recordFailure(attempt);
    return undefined;
  }
  if (hasFailures) await resetFailures(attempt);
  return user;
}
