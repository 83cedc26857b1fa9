import type { EventHandler, Outbox } from '@ticketing/common';
import { changeOrder } from '../models/change-order.ts';
import { paymentOf } from '../models/payment-of.ts';

export function whenPaymentRefunded(outbox: Outbox): EventHandler<'payment:refunded'> {
  return async (event) => {
    const { orderId } = event;
    const order = await changeOrder(orderId, { event: 'payment:refunded', payment: paymentOf(event) });
    if (order) outbox.flush(order);
  };
}
