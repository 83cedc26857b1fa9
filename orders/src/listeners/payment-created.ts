import type { EventHandler, Outbox } from '@ticketing/common';
import { changeOrder, republishIfCancelled } from '../models/change-order.ts';

export function whenPaymentCreated(outbox: Outbox): EventHandler<'payment:created'> {
  return async ({ orderId, id, status }) => {
    const order = await changeOrder(orderId, { event: 'payment:created', payment: { id, status } });
    if (order) outbox.flush(order);
    else await republishIfCancelled(orderId, outbox);
  };
}
