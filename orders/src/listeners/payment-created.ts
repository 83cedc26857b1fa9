import type { EventData, Outbox } from '@ticketing/common';
import { apply } from '../models/order.ts';

export function whenPaymentCreated(outbox: Outbox) {
  return async ({ orderId, id, status }: EventData<'payment:created'>) => {
    const order = await apply(orderId, { event: 'payment:created', payment: { id, status } });
    if (order) outbox.flush(order);
  };
}
