import type { DisputeStatus } from '@ticketing/common';
import type { AnswerKind, Decision } from './charge.ts';
import type { Dispute, Money, Refund, RefundStatus } from './returned-money.ts';
import {
  afterRefund,
  applyMoney,
  isAllReturned,
  needsEvidence,
  refundStatusOf,
  returnedFrom,
} from './returned-money.ts';

const made = (amount: number, status: RefundStatus = 'succeeded', n?: number): Refund => ({
  amount,
  status,
  n,
});
const disputed = (status: DisputeStatus, amount = 1000): Dispute => ({ id: 'du_1', status, amount });
const money = (refunds: Refund[], disputes: Dispute[] = []): Money => ({ captured: 1000, refunds, disputes });

describe('afterRefund', () => {
  const statuses: RefundStatus[] = ['none', 'pending', 'requires_action', 'succeeded', 'failed', 'canceled'];
  const answers: AnswerKind[] = ['ok', 'declined', 'refused', 'failed', 'unknown'];
  const known = answers.flatMap((answer) => statuses.map((refund) => [answer, refund] as const));

  it.each(known)('%s, refund %s: refunded when the buyer has all of the money back', (answer, refund) => {
    const expected: Decision = answer === 'unknown' ? undefined : { step: 'refund' };
    expect(afterRefund(answer, { refund, isAllReturned: true, isRequested: true })).toEqual(expected);
    expect(afterRefund(answer, { refund, isAllReturned: true, isRequested: false })).toEqual(expected);
  });

  it.each(known)('%s, refund %s of a part: ends, waits or retries under a fresh key', (answer, refund) => {
    const waits = answer === 'unknown' || refund === 'pending' || refund === 'requires_action';
    const ends = refund === 'succeeded' || (refund === 'none' && answer === 'refused');
    const expected: Decision = waits ? undefined : ends ? { step: 'endRefund' } : { note: 'freshKey' };
    expect(afterRefund(answer, { refund, isAllReturned: false, isRequested: true })).toEqual(expected);
  });

  it.each(known)('%s, refund %s for a cancelled order: never ends with money left', (answer, refund) => {
    const decision = afterRefund(answer, { refund, isAllReturned: false, isRequested: false });
    expect([undefined, { note: 'freshKey' }]).toContainEqual(decision);
  });
});

describe('returnedFrom', () => {
  it.each<[string, Money, number]>([
    ['nothing', money([]), 0],
    ['refunds of parts', money([made(300), made(200)]), 500],
    [
      'refunds that are pending, failed or canceled',
      money([made(1, 'pending'), made(2, 'failed'), made(4, 'canceled')]),
      0,
    ],
    ['an open dispute', money([], [disputed('needs_response')]), 0],
    ['a dispute that was won', money([], [disputed('won')]), 0],
    ['a lost dispute', money([], [disputed('lost', 400)]), 400],
    ['a refund and a lost dispute of more than the rest', money([made(300)], [disputed('lost')]), 1000],
  ])('%s', (_, state, amount) => {
    expect(returnedFrom(state).refundedAmount).toBe(amount);
    expect(isAllReturned(state)).toBe(amount === 1000);
  });

  it('has the latest dispute', () => {
    const latest = { ...disputed('under_review'), id: 'du_2' };
    expect(returnedFrom(money([], [disputed('won'), latest])).dispute).toEqual(latest);
  });
});

describe('applyMoney', () => {
  const nothing = { refundedAmount: 0 };
  it('changes nothing for a charge that is not captured, or when all is known', () => {
    expect(applyMoney('refunding', nothing, money([made(1000)]))).toBeUndefined();
    expect(applyMoney('voided', nothing, money([made(1000)]))).toBeUndefined();
    expect(applyMoney('captured', nothing, money([]))).toBeUndefined();
    const known = { refundedAmount: 300, dispute: disputed('needs_response') };
    expect(applyMoney('captured', known, money([made(300)], [disputed('needs_response')]))).toBeUndefined();
  });

  it.each<[string, Money, Decision]>([
    ['a refund of a part', money([made(999)]), { step: 'adjust' }],
    ['a refund of all', money([made(400), made(600)]), { step: 'refund' }],
    ['an open dispute', money([], [disputed('needs_response')]), { step: 'adjust' }],
    ['a lost dispute', money([], [disputed('lost')]), { step: 'refund', reason: 'dispute_lost' }],
    ['a lost dispute of a part', money([], [disputed('lost', 1)]), { step: 'adjust' }],
  ])('%s of a captured charge', (_, state, expected) => {
    expect(applyMoney('captured', nothing, state)).toEqual(expected);
  });

  it('keeps a charge refunded whose refund fails at the bank', () => {
    const known = { refundedAmount: 1000 };
    expect(applyMoney('refunded', known, money([made(1000, 'failed')]))).toEqual({ step: 'adjust' });
  });

  it.each<[string, Partial<Dispute>]>([
    ['status', { status: 'under_review' }],
    ['amount', { amount: 1 }],
    ['deadline', { evidenceDueBy: '2027-01-01T00:00:00.000Z' }],
  ])('notices another %s of the dispute', (_, change) => {
    const dispute = disputed('needs_response');
    const decision = applyMoney(
      'captured',
      { refundedAmount: 0, dispute },
      money([], [{ ...dispute, ...change }]),
    );
    expect(decision).toEqual({ step: 'adjust' });
  });
});

describe('refundStatusOf', () => {
  it('returns the furthest status of the refund with the number', () => {
    const state = money([made(1, 'succeeded', 1), made(2, 'failed', 2), made(2, 'pending', 2), made(3)]);
    expect(refundStatusOf(state, 1)).toBe('succeeded');
    expect(refundStatusOf(state, 2)).toBe('pending');
    expect(refundStatusOf(state, 3)).toBe('none');
    expect(refundStatusOf(state, undefined)).toBe('succeeded');
  });
});

describe('needsEvidence', () => {
  it.each<[DisputeStatus, boolean]>([
    ['needs_response', true],
    ['warning_needs_response', true],
    ['under_review', false],
    ['lost', false],
  ])('%s: %s', (status, expected) => {
    expect(needsEvidence(disputed(status))).toBe(expected);
  });
});
