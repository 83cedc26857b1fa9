import type { Crash, Logger, Outbox } from '@ticketing/common';
import { reload } from './bookkeeping.ts';
import type { CardGuard } from './card-guard.ts';
import type { Decision, EndReason, Step } from './charge.ts';
import type { Changes } from './models/change-payment.ts';
import { transition, updateBookkeeping } from './models/change-payment.ts';
import type { Payment } from './models/payment.ts';
import type { StripeGateway } from './stripe.ts';

/** What it takes to settle a payment. */
export type Dependencies = {
  gateway: StripeGateway;
  outbox: Outbox;
  log: Logger;
  crash: Crash;
  cards: Pick<CardGuard, 'record'>;
};

/** Writes a decision. @returns the payment after the write, or as another process wrote it. */
export async function decide(
  deps: Dependencies,
  payment: Payment,
  decision: Decision,
  changes: Changes = {},
): Promise<Payment | undefined> {
  if (!decision) return undefined;
  if ('step' in decision) {
    const { step, reason } = decision;
    if (reason === 'amount_mismatch' || (payment.status === 'voiding' && step === 'startRefund'))
      deps.log.error(
        { orderId: payment._id, step, reason, alarm: true },
        'captured or authorized amount differs from the order',
      );
    return transitionAndPublish(deps, payment, step, { ...changes, ...(reason && { reason }) });
  }
  const updated =
    decision.note === 'cancelRequested' && (await updateBookkeeping(payment, { cancelRequested: true }));
  return updated || reload(payment);
}

/** Takes one step and publishes its event. @returns the payment after the step, or as another process wrote it. */
export async function transitionAndPublish(
  deps: Dependencies,
  payment: Payment,
  step: Step,
  changes: Changes & { reason?: EndReason | undefined } = {},
  guard: Record<string, unknown> = {},
): Promise<Payment | undefined> {
  const changed = await transition(payment, step, changes, guard);
  if (!changed) return reload(payment);
  if (step === 'decline')
    await deps.cards.record(changed).catch((err: unknown) => {
      deps.log.warn({ err, orderId: payment._id }, 'decline not counted');
    });
  publishStep(deps, payment, changed);
  return changed;
}

/** Publishes the event of a step, which logs it; logs a step without an event. */
export function publishStep(
  { outbox, log }: Pick<Dependencies, 'outbox' | 'log'>,
  before: Payment,
  after: Payment,
): void {
  if (after.outbox.length === 0)
    log.info(
      { aggregate: 'payment', orderId: after._id, from: before.status, status: after.status },
      'changed',
    );
  outbox.flush(after);
}
