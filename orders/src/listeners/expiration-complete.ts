import type { EventHandler, Outbox } from '@ticketing/common';
import { expireOrder } from '../models/change-order.ts';

/** A timer that fires early changes nothing; the sweeper expires the order later. */
export function whenExpirationComplete(outbox: Outbox): EventHandler<'expiration:complete'> {
  return async ({ orderId }) => {
    const order = await expireOrder(orderId);
    if (order) outbox.flush(order);
  };
}
