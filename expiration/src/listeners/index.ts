import { orderEvents } from '@ticketing/common';
import type { EventBus } from '@ticketing/common';
import type { Timer } from '../timer.ts';
import { whenOrderChanges } from './order-changes.ts';

/** What expiration listens to. */
export function listen(bus: EventBus, timer: Timer) {
  for (const name of orderEvents) bus.subscribe(name, whenOrderChanges(timer));
}
