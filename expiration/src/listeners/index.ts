import type { EventBus } from '@ticketing/common';
import type { Timer } from '../timer.ts';
import { whenOrderChanged } from './order-changed.ts';

export function subscribe(bus: EventBus, timer: Timer) {
  bus.subscribe('order:created', whenOrderChanged(timer));
  bus.subscribe('order:updated', whenOrderChanged(timer));
  bus.subscribe('order:cancelled', whenOrderChanged(timer));
}
