import type { EventHandler, Outbox } from '@ticketing/common';
import { changeOrder } from '../models/change-order.ts';
import { paymentOf } from '../models/payment-of.ts';

export function whenPaymentFailed(outbox: Outbox): EventHandler<'payment:failed'> {
  return async (event) => {
    const { orderId } = event;
    const order = await changeOrder(orderId, { event: 'payment:failed', payment: paymentOf(event) });
    if (order) outbox.flush(order);
  };
}
