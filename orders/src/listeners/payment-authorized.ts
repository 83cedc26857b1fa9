import type { EventHandler, Logger, Outbox } from '@ticketing/common';
import { changeOrder, republishIfCancelled } from '../models/change-order.ts';
import { paymentFact } from '../payment-fact.ts';

export function whenPaymentAuthorized(outbox: Outbox, log: Logger): EventHandler<'payment:authorized'> {
  return async (payment) => {
    const order = await changeOrder(payment.orderId, paymentFact('payment:authorized', payment, log));
    if (order) outbox.flush(order);
    else await republishIfCancelled(payment.orderId, outbox);
  };
}
