import type { EventData, Outbox } from '@ticketing/common';
import { expire } from '../models/change-order.ts';

/** A timer that fires early changes nothing; the sweeper comes back. */
export function whenExpirationComplete(outbox: Outbox) {
  return async ({ orderId }: EventData<'expiration:complete'>) => {
    const order = await expire(orderId);
    if (order) outbox.flush(order);
  };
}
