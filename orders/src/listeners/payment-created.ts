import type { EventData, Outbox } from '@ticketing/common';
import { apply, tellIfCancelled } from '../models/change-order.ts';

export function whenPaymentCreated(outbox: Outbox) {
  return async ({ orderId, id, status }: EventData<'payment:created'>) => {
    const order = await apply(orderId, { event: 'payment:created', payment: { id, status } });
    if (order) outbox.flush(order);
    else await tellIfCancelled(orderId, outbox);
  };
}
