import type { EventData, orderEvents } from '@ticketing/common';
import type { Timer } from '../timer.ts';

/**
 * An order needs its timer while it is `created`, whichever event says so: after a loss they are all told again as
 * they are now. One that is told late sets a timer for an order that has ended, and orders ignores that.
 */
export function whenOrderChanges(timer: Timer) {
  return async ({ id, status, expiresAt }: EventData<(typeof orderEvents)[number]>) => {
    if (status === 'created') await timer.set(id, new Date(expiresAt));
    else await timer.stop(id);
  };
}
