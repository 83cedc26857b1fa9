import { availableParallelism } from 'node:os';
import { Semaphore } from '@ticketing/common';
import { hashPassword, isPassword } from './hasher.ts';
import { forgiveFailures, recordFailure, refuseGuesser } from './models/failures.ts';
import { findUser } from './models/user.ts';
import type { User } from './models/user.ts';

const QUEUE = 200;
/** One more than there are cores, to keep them busy while one looks something up; libuv has four threads. */
const AT_ONCE = Math.min(4, availableParallelism() + 1);

/** Where passwords are hashed and checked: a few at once, since that is what costs, and no more waiting than bearable. */
export type PasswordGate = {
  hash(password: string): Promise<string>;
  /**
   * The user whose password this is, or undefined. Throws TooManyRequestsError for who has guessed too often; that
   * is judged within the gate, so that guesses sent at once cannot overtake the count of those before them.
   */
  check(email: string, password: string, address: string): Promise<User | undefined>;
};

export function passwordGate({ atOnce = AT_ONCE, queue = QUEUE } = {}): PasswordGate {
  const slots = new Semaphore(atOnce, queue);
  return {
    hash: (password) => slots.run(() => hashPassword(password)),
    check: (email, password, address) => slots.run(() => check({ email, address }, password)),
  };
}

async function check(guesser: { email: string; address: string }, password: string) {
  const [user, hasFailed] = await Promise.all([findUser({ email: guesser.email }), refuseGuesser(guesser)]);
  const isRight = await isPassword(password, user?.passwordHash);
  if (!user || !isRight) {
    await recordFailure(guesser);
    return undefined;
  }
  if (hasFailed) await forgiveFailures(guesser);
  return user;
}
