import type { DomainEvent } from '@ticketing/common';
import { change, NotFoundError } from '@ticketing/common';
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
export function liftSuspension(userId: string): Promise<User | undefined> {
  return changeSeller(userId, ({ sellingSuspendedAt }) =>
    sellingSuspendedAt ? lift(new Date()) : undefined,
  );
}

function changeSeller(id: string, decide: (user: User) => Partial<User> | undefined) {
  return change(User, { kind: 'user', id, decide, toEvent: userEvent });
}

/** What other services know of a user. */
export function userEvent({ _id, version, sellingSuspendedAt }: User): DomainEvent {
  return {
    name: 'user:updated',
    data: { id: _id, version, sellingSuspended: sellingSuspendedAt !== undefined },
  };
}

/** The users who were suspended at some time: of all others, the services know enough. */
export const wasSuspended = {
  $or: [{ sellingSuspendedAt: { $exists: true } }, { sellingReviewedAt: { $exists: true } }],
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
