import type { EventHandler, orderEvents, OrderStatus } from '@ticketing/common';
import type { Timer } from '../timer.ts';

/** The first statuses after `created`. The others follow one of them, whose event is delivered as well. */
const ends: OrderStatus[] = ['awaiting:payment', 'cancelled'];

/**
 * An order has a timer while it is `created`, whichever event carries that status: a resync publishes current states
 * under any of the three names. A late event may set a timer for an order that has ended; orders ignores what it fires.
 */
export function whenOrderChanged(timer: Timer): EventHandler<(typeof orderEvents)[number]> {
  return async ({ id, status, expiresAt }) => {
    if (status === 'created') await timer.set(id, new Date(expiresAt));
    else if (ends.includes(status)) await timer.remove(id);
  };
}
