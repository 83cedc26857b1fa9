import type { EventBus } from '@ticketing/common';
import type { Desk } from '../settle.ts';
import type { Worker } from '../worker.ts';
import { whenOrderChanged } from './order-changed.ts';
import { whenResyncRequested } from './resync-requested.ts';

export function subscribe(bus: EventBus, desk: Desk, worker: Worker) {
  bus.subscribe('order:created', whenOrderChanged(desk, worker));
  bus.subscribe('order:updated', whenOrderChanged(desk, worker));
  bus.subscribe('order:cancelled', whenOrderChanged(desk, worker));
  bus.subscribe('resync:requested', whenResyncRequested(bus));
}
