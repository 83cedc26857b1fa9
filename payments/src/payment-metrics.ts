import { Counter, Gauge } from 'prom-client';
import { closedCounter } from '@ticketing/common';
import type { Step } from './charge.ts';
import type { Payment } from './models/payment.ts';

/** What Stripe and the banks answer most often: https://docs.stripe.com/declines/codes */
const declineCodes = [
  'authentication_failure',
  'authentication_required',
  'call_issuer',
  'card_not_supported',
  'card_velocity_exceeded',
  'do_not_honor',
  'expired_card',
  'fraudulent',
  'generic_decline',
  'incorrect_cvc',
  'incorrect_number',
  'insufficient_funds',
  'lost_card',
  'pickup_card',
  'processing_error',
  'stolen_card',
  'transaction_not_allowed',
  'try_again_later',
];

const counted: readonly string[] = ['authorized', 'captured', 'voided', 'failed', 'refunded'];
const countPayment = closedCounter({
  name: 'ticketing_payments_total',
  help: 'Payments by the status that they reached; a refund of a part leaves a payment captured',
  label: 'status',
  values: counted,
});
const countFailedAttempt = closedCounter({
  name: 'ticketing_payment_attempts_failed_total',
  help: 'Attempts that Stripe received or should have received and that authorized nothing',
  label: 'outcome',
  values: ['declined', 'invalid', 'refused', 'unavailable'],
});
const countDecline = closedCounter({
  name: 'ticketing_payment_declines_total',
  help: 'Declined cards by decline code',
  label: 'code',
  values: declineCodes,
});
const countRefund = closedCounter({
  name: 'ticketing_refunds_total',
  help: 'Refunds and lost disputes: of all that was captured, or of a part',
  label: 'of',
  values: ['all', 'part'],
});

/** Counts a step that was written: each step is written once, so replicas and retries count nothing twice. */
export function countStep(before: Payment, step: Step, after: Payment): void {
  if (after.status !== before.status && counted.includes(after.status)) countPayment(after.status);
  if (step === 'decline') {
    const outcome = after.attempts.find(({ n }) => n === after.attempt)?.outcome;
    countFailedAttempt(outcome?.is);
    if (outcome?.is === 'declined') countDecline(outcome.code);
  }
  if (after.refundedAmount > before.refundedAmount)
    countRefund(after.refundedAmount >= after.order.amount ? 'all' : 'part');
}

const differences = new Gauge({
  name: 'ticketing_reconciliation_differences',
  help: 'Differences between Stripe, payments and orders that the last reconciliation found',
});
const lastSuccess = new Gauge({
  name: 'ticketing_reconciliation_last_success_timestamp_seconds',
  help: 'When the last reconciliation of this process ended, in seconds since 1970; 0 before the first',
});
const failures = new Counter({
  name: 'ticketing_reconciliation_failures_total',
  help: 'Reconciliations that could not be completed',
});

/** Measures one reconciliation: its differences and its end, or that it failed. Settles like `run`. */
export async function measureReconciliation<T>(run: () => Promise<T[]>): Promise<T[]> {
  try {
    const found = await run();
    differences.set(found.length);
    lastSuccess.setToCurrentTime();
    return found;
  } catch (error) {
    failures.inc();
    throw error;
  }
}
