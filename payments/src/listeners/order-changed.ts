import type { EventData, Outbox } from '@ticketing/common';
import { isBusy } from '../bookkeeping.ts';
import { affectsCharge, reactToOrder } from '../charge.ts';
import type { Dependencies } from '../decide.ts';
import { decide, publishStep } from '../decide.ts';
import { lastWrittenPayment, transition } from '../models/change-payment.ts';
import type { Payment } from '../models/payment.ts';
import { chargeOf, findPayment, isOlderThan, storeOrder, toReplica } from '../models/payment.ts';
import { paymentEvent } from '../models/payment-event.ts';
import type { Worker } from '../worker.ts';

type Order = EventData<'order:created'>;

/**
 * Stores the order and then the charge's reaction to it. The reaction runs on every delivery, because a crash between the
 * two writes would lose it otherwise. The worker calls Stripe after the acknowledgement, from what is stored here.
 */
export function whenOrderChanged(deps: Dependencies, worker: Worker) {
  return async (order: Order): Promise<void> => {
    const capturing = await startKnownCapture(deps, order);
    if (capturing) {
      worker.settle(capturing, 'background').catch(() => undefined); // logged by the worker, which retries
      return;
    }
    await storeOrder(order);
    if (!affectsCharge(order.status)) return;
    let payment = await findPayment({ _id: order.id });
    if (!payment) throw new Error(`The payment of order ${order.id} is missing`);
    for (let reaction = reactToOrder(payment.order.status, chargeOf(payment)); reaction;) {
      payment = (await decide(deps, payment, reaction)) ?? payment;
      reaction = reactToOrder(payment.order.status, chargeOf(payment));
    }
    if (isBusy(payment)) worker.enqueue(payment._id);
    else if (order.status === 'awaiting:payment') republishOutcome(deps.outbox, payment);
  };
}

/**
 * What usually happens, in one write instead of two with a read between them: this process has authorized the payment, and its
 * order awaits the capture. @returns the payment, or undefined when the stored payment must be read.
 */
async function startKnownCapture(deps: Dependencies, event: Order): Promise<Payment | undefined> {
  const known = lastWrittenPayment(event.id);
  if (!known) return undefined;
  const order = toReplica(event);
  const reaction = reactToOrder(order.status, chargeOf({ ...known, order }));
  if (!reaction || !('step' in reaction) || reaction.step !== 'startCapture') return undefined;
  const capturing = await transition(known, reaction.step, { order }, isOlderThan(order));
  if (capturing) publishStep(deps, known, capturing);
  return capturing;
}

/** orders republishes awaiting:payment when it has not received the outcome: publish it again. */
function republishOutcome(outbox: Outbox, payment: Payment) {
  if (
    payment.order.status === 'awaiting:payment' &&
    ['captured', 'voided', 'failed'].includes(payment.status)
  )
    outbox.republish(payment, paymentEvent(payment));
}
