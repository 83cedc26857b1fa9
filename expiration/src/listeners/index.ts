import type { EventBus } from '@ticketing/common';
import type { Timer } from '../timer.ts';
import { whenOrderChanges } from './order-changes.ts';

/** What expiration listens to. */
export function subscribe(bus: EventBus, timer: Timer) {
  bus.subscribe('order:created', whenOrderChanges(timer));
  bus.subscribe('order:updated', whenOrderChanges(timer));
  bus.subscribe('order:cancelled', whenOrderChanges(timer));
}
