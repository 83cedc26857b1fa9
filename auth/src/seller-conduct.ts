/** Which refunds of a seller count, and what follows from them. Pure. */

/** A sale that its seller refunded; `id` is the payment's. */
export type SellerRefund = { id: string; at: Date };

export type Conduct = {
  /** Those that count; older ones may still be stored. */
  sellerRefunds?: SellerRefund[] | undefined;
  /** Set until an operator decides. */
  sellingSuspendedAt?: Date | undefined;
  /** When an operator last decided. Refunds before that do not count again. */
  sellingReviewedAt?: Date | undefined;
};

export const CONDUCT_DAYS = 90;
const CONDUCT_MS = CONDUCT_DAYS * 24 * 60 * 60 * 1_000;

/** The refunds that count at this time. */
export function countedRefunds(
  { sellerRefunds = [], sellingReviewedAt }: Conduct,
  now: Date,
): SellerRefund[] {
  const from = Math.max(now.getTime() - CONDUCT_MS, sellingReviewedAt?.getTime() ?? 0);
  return sellerRefunds.filter(({ at }) => at.getTime() > from);
}

/**
 * Counts a refund, and suspends the seller with the refund number `limit`. The event of a refund can arrive many times.
 * @returns the fields to set, or undefined when the refund counts already or no longer counts.
 */
export function countRefund(
  conduct: Conduct,
  refund: SellerRefund,
  { now, limit }: { now: Date; limit: number },
): Conduct | undefined {
  const before = countedRefunds(conduct, now);
  const sellerRefunds = countedRefunds({ ...conduct, sellerRefunds: [...before, refund] }, now);
  if (sellerRefunds.length === before.length || before.some(({ id }) => id === refund.id)) return undefined;
  const isNew = sellerRefunds.length >= limit && !conduct.sellingSuspendedAt;
  return { sellerRefunds, ...(isNew && { sellingSuspendedAt: now }) };
}

/** An operator has decided that the seller may list tickets again. Earlier refunds no longer count. */
export function lift(now: Date): Conduct {
  return { sellerRefunds: [], sellingSuspendedAt: undefined, sellingReviewedAt: now };
}
