import type { EventData, Outbox } from '@ticketing/common';
import { apply, tellIfCancelled } from '../models/change-order.ts';

export function whenPaymentAuthorized(outbox: Outbox) {
  return async ({ orderId, id, status }: EventData<'payment:authorized'>) => {
    const order = await apply(orderId, { event: 'payment:authorized', payment: { id, status } });
    if (order) outbox.flush(order);
    else await tellIfCancelled(orderId, outbox);
  };
}
