import type { EventData, Outbox } from '@ticketing/common';
import { apply } from '../models/change-order.ts';

export function whenPaymentFailed(outbox: Outbox) {
  return async ({ orderId, id, status }: EventData<'payment:failed'>) => {
    const order = await apply(orderId, { event: 'payment:failed', payment: { id, status } });
    if (order) outbox.flush(order);
  };
}
