import type { DomainEvent, Operation } from '@ticketing/common';
import { change, NotFoundError, operatorActed } from '@ticketing/common';
import type { SellerRefund } from '../seller-conduct.ts';
import { CONDUCT_DAYS, countedRefunds, countRefund, lift } from '../seller-conduct.ts';
import { User } from './user.ts';

/** Counts a sale that its seller refunded. @returns the user to flush, or undefined when nothing changed. */
export async function recordSellerRefund(
  sellerId: string,
  refund: SellerRefund,
  limit: number,
): Promise<User | undefined> {
  try {
    return await changeSeller(sellerId, (user) => countRefund(user, refund, { now: new Date(), limit }));
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

/** Lets a suspended seller list tickets again. @returns undefined when the seller is not suspended. */
export function liftSuspension(userId: string, by: Operation): Promise<User | undefined> {
  return changeSeller(
    userId,
    ({ sellingSuspendedAt }) => (sellingSuspendedAt ? lift(new Date()) : undefined),
    () => [operatorActed('selling_restored', userId, by)],
  );
}

function changeSeller(
  id: string,
  decide: (user: User) => Partial<User> | undefined,
  further: () => DomainEvent[] = () => [],
) {
  return change(User, { kind: 'user', id, decide, toEvent: (user) => [userEvent(user), ...further()] });
}

/** What other services know of a user. */
export function userEvent({ _id, version, sellingSuspendedAt, suspendedAt }: User): DomainEvent {
  const suspended = suspendedAt !== undefined;
  const sellingSuspended = suspended || sellingSuspendedAt !== undefined;
  return { name: 'user:updated', data: { id: _id, version, sellingSuspended, suspended } };
}

/** The users who were suspended at some time: of all others, the services know enough. */
export const wasSuspended = {
  $or: ['sellingSuspendedAt', 'sellingReviewedAt', 'suspendedAt', 'restoredAt'].map((field) => ({
    [field]: { $exists: true },
  })),
};

/** A seller's refunds as the HTTP API shows them to the seller. */
export function publicConduct(user: User, limit: number) {
  return {
    refunds: countedRefunds(user, new Date()).length,
    limit,
    days: CONDUCT_DAYS,
    suspended: user.sellingSuspendedAt !== undefined,
  };
}
