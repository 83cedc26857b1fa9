import type { EventHandler, Outbox } from '@ticketing/common';
import { changeOrder } from '../models/change-order.ts';

export function whenPaymentFailed(outbox: Outbox): EventHandler<'payment:failed'> {
  return async ({ orderId, id, status }) => {
    const order = await changeOrder(orderId, { event: 'payment:failed', payment: { id, status } });
    if (order) outbox.flush(order);
  };
}
