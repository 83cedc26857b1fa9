import type { DisputeStatus } from '@ticketing/common';
import type { AnswerKind, ChargeStatus, Decision } from './charge.ts';

/**
 * Money that goes back to the buyer after the capture: refunds of the seller, refunds at Stripe's dashboard, and lost
 * disputes. Stripe is the source; these rules say what its state means for a charge. Pure, amounts in minor units.
 */
export type Money = {
  captured: number;
  refunds: Refund[];
  /** Oldest first. */
  disputes: Dispute[];
};

/** `n` is the sequence number of the seller's request; a refund made elsewhere has none. */
export type Refund = { status: RefundStatus; amount: number; n: number | undefined };

export type Dispute = { id: string; status: DisputeStatus; amount: number; evidenceDueBy?: string };

/** What is recorded of the money that went back. */
export type Returned = { refundedAmount: number; dispute?: Dispute | undefined };

/** The part of the captured money that the buyer has back for good. */
export function returnedFrom({ captured, refunds, disputes }: Money): Returned {
  const amounts = [
    ...refunds.filter(({ status }) => status === 'succeeded'),
    ...disputes.filter(({ status }) => status === 'lost'),
  ].map(({ amount }) => amount);
  const sum = amounts.reduce((total, amount) => total + amount, 0);
  return { refundedAmount: Math.min(sum, captured), dispute: disputes.at(-1) };
}

export function isAllReturned(money: Money): boolean {
  return returnedFrom(money).refundedAmount >= money.captured;
}

/**
 * What the state at Stripe means for a charge without a refund in flight. A refunded charge stays refunded: when its
 * bank returns the refund later, only the amount changes, and a person has to pay the buyer another way.
 */
export function applyMoney(status: ChargeStatus, known: Returned, money: Money): Decision {
  if (status !== 'captured' && status !== 'refunded') return undefined;
  const now = returnedFrom(money);
  if (now.refundedAmount === known.refundedAmount && isSameDispute(now.dispute, known.dispute))
    return undefined;
  if (status === 'captured' && isAllReturned(money))
    return { step: 'refund', ...(now.dispute?.status === 'lost' && { reason: 'dispute_lost' as const }) };
  return { step: 'adjust' };
}

function isSameDispute(one: Dispute | undefined, other: Dispute | undefined): boolean {
  return (
    one?.id === other?.id &&
    one?.status === other?.status &&
    one?.amount === other?.amount &&
    one?.evidenceDueBy === other?.evidenceDueBy
  );
}

/** The status of the refund that got furthest; `none`: Stripe has no refund. */
export type RefundStatus = 'none' | 'pending' | 'requires_action' | 'succeeded' | 'failed' | 'canceled';

/** `refund` is the status of this refund, `isAllReturned` whether the buyer has all of the money back, for any reason. */
export function afterRefund(
  answer: AnswerKind,
  {
    refund,
    isAllReturned,
    isRequested,
  }: { refund: RefundStatus; isAllReturned: boolean; isRequested: boolean },
): Decision {
  if (answer === 'unknown') return undefined;
  if (isAllReturned) return { step: 'refund' };
  if (refund === 'pending' || refund === 'requires_action') return undefined;
  // A seller can request the rest, or request it again; the money of a cancelled order is refunded in any case.
  const isOver = refund === 'succeeded' || (refund === 'none' && answer === 'refused');
  return isOver && isRequested ? { step: 'endRefund' } : { note: 'freshKey' };
}

const furthestFirst: RefundStatus[] = ['succeeded', 'pending', 'requires_action', 'failed', 'canceled'];

/** The status of the refund with this number that got furthest; without a number, of all refunds made elsewhere. */
export function refundStatusOf({ refunds }: Money, n: number | undefined): RefundStatus {
  const statuses = refunds.filter((refund) => refund.n === n).map(({ status }) => status);
  return furthestFirst.find((status) => statuses.includes(status)) ?? 'none';
}

/** The statuses in which the bank waits for evidence. */
export const awaitingEvidence: DisputeStatus[] = ['needs_response', 'warning_needs_response'];

/** Whether the seller has to answer a dispute before its deadline. */
export function needsEvidence(dispute: Dispute | undefined): boolean {
  return dispute !== undefined && awaitingEvidence.includes(dispute.status);
}

/** The statuses in which a dispute may still change. */
export const openDisputes: DisputeStatus[] = [...awaitingEvidence, 'warning_under_review', 'under_review'];
