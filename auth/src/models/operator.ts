import type { Operation } from '@ticketing/common';
import { ConflictError, operatorActed } from '@ticketing/common';
import type { User } from './user.ts';
import { endAllSessions, users } from './user.ts';

/**
 * Makes the user an operator and ends all sessions, because a token has the role of its start. Throws ConflictError
 * (`already_operator`), and NotFoundError.
 */
export function grantOperator(userId: string, by: Operation): Promise<User> {
  return endAllSessions(
    userId,
    ({ role }) => {
      if (role) throw new ConflictError('already_operator', 'This user is an operator already');
      return { role: 'operator' };
    },
    () => [operatorActed('operator_granted', userId, by)],
  );
}

/** Takes the role away and ends all sessions. Throws ConflictError (`not_operator`), and NotFoundError. */
export function revokeOperator(userId: string, by: Operation): Promise<User> {
  return endAllSessions(
    userId,
    ({ role }) => {
      if (!role) throw new ConflictError('not_operator', 'This user is not an operator');
      return { role: undefined };
    },
    () => [operatorActed('operator_revoked', userId, by)],
  );
}

export function listOperators(): Promise<Pick<User, '_id' | 'email'>[]> {
  return users
    .find({ role: 'operator' }, { projection: { email: 1 } })
    .sort({ _id: 1 })
    .toArray();
}
