import type { EventHandler, Outbox } from '@ticketing/common';
import { changeOrder, republishIfCancelled } from '../models/change-order.ts';

export function whenPaymentAuthorized(outbox: Outbox): EventHandler<'payment:authorized'> {
  return async ({ orderId, id, status }) => {
    const order = await changeOrder(orderId, { event: 'payment:authorized', payment: { id, status } });
    if (order) outbox.flush(order);
    else await republishIfCancelled(orderId, outbox);
  };
}
