import type { EventBus, EventHandler } from '@ticketing/common';
import { resync } from '@ticketing/common';
import { currentOrderEvent, Order } from '../models/order.ts';
import { liveStatuses } from '../purchase.ts';

const alive = { status: { $in: liveStatuses } };

/** Republishes the current state of every order, or of every live one, for a service that may have lost events. */
export function whenResyncRequested(bus: EventBus): EventHandler<'resync:requested'> {
  return async ({ subjects, activeOnly }) => {
    if (!subjects.some((subject) => subject.startsWith('order:'))) return;
    await resync(
      { model: Order, kind: 'order', source: 'orders', bus, toEvent: currentOrderEvent },
      activeOnly ? alive : {},
    );
  };
}
