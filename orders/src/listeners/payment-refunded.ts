import type { EventData, Outbox } from '@ticketing/common';
import { apply } from '../models/change-order.ts';

export function whenPaymentRefunded(outbox: Outbox) {
  return async ({ orderId, id, status }: EventData<'payment:refunded'>) => {
    const order = await apply(orderId, { event: 'payment:refunded', payment: { id, status } });
    if (order) outbox.flush(order);
  };
}
