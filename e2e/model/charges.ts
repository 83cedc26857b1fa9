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
/** Steps that users, the dashboard, the reconciler or an unreachable Stripe cause; the rules decide all others. */
const externalSteps: Step[] = [
  ...(['open', 'attempt', 'decline', 'startRefund', 'compensate'] as const),
  ...(['refund', 'endRefund', 'adjust'] as const),
];

/** The charge after a decision. Throws where the table has no such step. */
export function applyDecision(charge: Charge, decision: Decision, { payments }: Rules): Charge {
  if (!decision) return charge;
  if ('note' in decision)
    return decision.note === 'cancelRequested' ? { ...charge, cancelRequested: true } : charge;
  const { step, reason } = decision;
  return { ...charge, status: payments.nextStatus(charge.status, step), ...(reason && { reason }) };
}

/** Every charge that may follow this one, for any state of the order and any answer of Stripe. */
export function nextCharges(charge: Charge, rules: Rules): Charge[] {
  const { payments } = rules;
  const handlers = {
    pending: payments.afterConfirm,
    capturing: payments.afterCapture,
    voiding: payments.afterCancel,
  };
  const handleAnswer =
    charge.status in handlers ? handlers[charge.status as keyof typeof handlers] : undefined;
  const decisions: Decision[] = [
    ...[true, false].flatMap((amountAgrees) =>
      orderStatuses.map((order) => payments.reactToOrder(order, { ...charge, amountAgrees })),
    ),
    ...intents.flatMap((intent) => [
      payments.applyIntent(charge, intent),
      ...answers.map((answer) => handleAnswer?.(charge, answer, intent)),
    ]),
    ...externalSteps.filter((step) => payments.table[charge.status][step]).map((step) => ({ step })),
  ];
  return decisions
    .map((decision) => applyDecision(charge, decision, rules))
    .filter((next) => next !== charge);
}
