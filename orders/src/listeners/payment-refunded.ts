import type { EventHandler, Outbox } from '@ticketing/common';
import { changeOrder } from '../models/change-order.ts';

export function whenPaymentRefunded(outbox: Outbox): EventHandler<'payment:refunded'> {
  return async ({ orderId, id, status }) => {
    const order = await changeOrder(orderId, { event: 'payment:refunded', payment: { id, status } });
    if (order) outbox.flush(order);
  };
}
