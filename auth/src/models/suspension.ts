import type { Operation } from '@ticketing/common';
import { change, ConflictError, ForbiddenError, operatorActed } from '@ticketing/common';
import { userEvent } from './seller.ts';
import { endAllSessions, User } from './user.ts';

/**
 * Suspends an account: its sessions end, it cannot sign in, and tickets withdraws its listings. Throws ConflictError
 * (`already_suspended`; `user_is_operator`, so that operators cannot lock each other out), and NotFoundError.
 */
export function suspendUser(userId: string, by: Operation): Promise<User> {
  return endAllSessions(
    userId,
    ({ role, suspendedAt }) => {
      if (role)
        throw new ConflictError('user_is_operator', 'Operators cannot be suspended: revoke the role first');
      if (suspendedAt) throw new ConflictError('already_suspended', 'This account is suspended already');
      return { suspendedAt: new Date(), suspensionReason: by.reason };
    },
    (user) => [userEvent(user), operatorActed('user_suspended', userId, by)],
  );
}

/** Lets the account sign in again. Throws ConflictError (`not_suspended`), and NotFoundError. */
export function restoreUser(userId: string, by: Operation): Promise<User> {
  return change(User, {
    kind: 'user',
    id: userId,
    decide: ({ suspendedAt }) => {
      if (!suspendedAt) throw new ConflictError('not_suspended', 'This account is not suspended');
      return { suspendedAt: undefined, suspensionReason: undefined, restoredAt: new Date() };
    },
    toEvent: (state) => [userEvent(state), operatorActed('user_restored', userId, by)],
  });
}

/** Throws ForbiddenError (`account_suspended`). */
export function assertNotSuspended({ suspendedAt }: Pick<User, 'suspendedAt'>): void {
  if (suspendedAt)
    throw new ForbiddenError(
      'This account is suspended. Contact us if you think that this is a mistake.',
      'account_suspended',
    );
}
