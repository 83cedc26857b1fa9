import type { EventBus, Logger, Outbox } from '@ticketing/common';
import { whenOrderCancelled } from './order-cancelled.ts';
import { whenOrderCreated } from './order-created.ts';
import { whenOrderUpdated } from './order-updated.ts';
import { whenUserUpdated } from './user-updated.ts';

export function subscribe(bus: EventBus, outbox: Outbox, log: Logger) {
  bus.subscribe('order:created', whenOrderCreated(outbox, log));
  bus.subscribe('order:updated', whenOrderUpdated(outbox));
  bus.subscribe('order:cancelled', whenOrderCancelled(outbox));
  bus.subscribe('user:updated', whenUserUpdated(outbox));
}
