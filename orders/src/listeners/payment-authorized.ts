import type { EventData, Outbox } from '@ticketing/common';
import { announceAgain, apply, findOrder } from '../models/order.ts';

/** Money held for a cancelled order means that payments missed the cancellation, so it is told again. */
export function whenPaymentAuthorized(outbox: Outbox) {
  return async ({ orderId, id, status }: EventData<'payment:authorized'>) => {
    const order = await apply(orderId, { event: 'payment:authorized', payment: { id, status } });
    if (order) return outbox.flush(order);
    const unchanged = await findOrder(orderId);
    if (unchanged?.status === 'cancelled') outbox.republish(unchanged, announceAgain(unchanged));
  };
}
