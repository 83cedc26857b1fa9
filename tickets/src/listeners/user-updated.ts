import type { EventHandler, Outbox } from '@ticketing/common';
import { takeDownListingsOf } from '../models/operate.ts';
import { storeSeller } from '../models/seller.ts';

/** Takes down the listings of a suspended account. Runs on every delivery: a crash may have left some. */
export function whenUserUpdated(outbox: Outbox): EventHandler<'user:updated'> {
  return async (user) => {
    const isSuspended = await storeSeller(user);
    if (isSuspended) for await (const ticket of takeDownListingsOf(user.id)) outbox.flush(ticket);
  };
}
