import type { EventData, Outbox } from '@ticketing/common';
import { affectsCharge, reactToOrder } from '../charge.ts';
import { paymentEvent, chargeOf, findPayment, rememberOrder } from '../models/payment.ts';
import type { Payment } from '../models/payment.ts';
import { decide, isBusy } from '../settle.ts';
import type { Desk } from '../settle.ts';
import type { Worker } from '../worker.ts';

type Order = EventData<'order:created'>;

/**
 * Keeps what orders tells and does what it asks for: two writes, of which the second runs on every delivery, or a
 * crash between them would lose it. Money moves after the acknowledgement: the worker performs what is written here.
 */
export function whenOrderChanged(desk: Desk, worker: Worker) {
  return async (order: Order): Promise<void> => {
    await rememberOrder(order);
    if (!affectsCharge(order.status)) return;
    let payment = await findPayment({ _id: order.id });
    if (!payment) throw new Error(`The payment of order ${order.id} is gone`);
    for (let reaction = reactToOrder(payment.order.status, chargeOf(payment)); reaction;) {
      payment = (await decide(desk, payment, reaction)) ?? payment;
      reaction = reactToOrder(payment.order.status, chargeOf(payment));
    }
    if (isBusy(payment)) worker.kick(payment._id);
    else if (order.status === 'awaiting:payment') answerAgain(desk.outbox, payment);
  };
}

/** Orders asks again when our answer was lost. */
function answerAgain(outbox: Outbox, payment: Payment) {
  if (
    payment.order.status === 'awaiting:payment' &&
    ['captured', 'voided', 'failed'].includes(payment.status)
  )
    outbox.republish(payment, paymentEvent(payment));
}
