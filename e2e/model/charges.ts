import type { OrderStatus } from '@ticketing/common';
import type { AnswerKind, Charge, Decision, IntentStatus, Step } from '../../payments/src/charge.ts';
import type { Rules } from './rules.ts';

const orderStatuses: OrderStatus[] = ['created', 'awaiting:payment', 'complete', 'cancelled', 'refunded'];
const answers: AnswerKind[] = ['ok', 'declined', 'refused', 'failed', 'unknown'];
const intents: IntentStatus[] = [
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
  'processing',
  'requires_capture',
  'canceled',
  'succeeded',
];
/** Steps that people, the reconciler and a Stripe that cannot be reached take; the rest is decided by the rules. */
const others: Step[] = ['open', 'attempt', 'decline', 'startRefund', 'compensate'];

/** What a decision makes of a charge. Throws where the table has no such step. */
export function decided(charge: Charge, decision: Decision, { payments }: Rules): Charge {
  if (!decision) return charge;
  if ('note' in decision)
    return decision.note === 'cancelRequested' ? { ...charge, cancelRequested: true } : charge;
  const { step, reason } = decision;
  return { ...charge, status: payments.nextStatus(charge.status, step), ...(reason && { reason }) };
}

/** Every charge that may follow this one, whatever orders says and Stripe answers. */
export function following(charge: Charge, rules: Rules): Charge[] {
  const { payments } = rules;
  const after = {
    pending: payments.afterConfirm,
    capturing: payments.afterCapture,
    voiding: payments.afterCancel,
  };
  const answered = charge.status in after ? after[charge.status as keyof typeof after] : undefined;
  const found: Decision[] = [
    ...[true, false].flatMap((amountAgrees) =>
      orderStatuses.map((order) => payments.reactToOrder(order, { ...charge, amountAgrees })),
    ),
    ...intents.flatMap((intent) => [
      payments.applyIntent(charge, intent),
      ...answers.map((answer) => answered?.(charge, answer, intent)),
    ]),
    ...(charge.status === 'refunding' ? [payments.afterRefund('ok', 'succeeded')] : []),
    ...others.filter((step) => payments.table[charge.status][step]).map((step) => ({ step })),
  ];
  return found.map((decision) => decided(charge, decision, rules)).filter((next) => next !== charge);
}
