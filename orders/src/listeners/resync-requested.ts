import { resync } from '@ticketing/common';
import type { EventBus, EventData } from '@ticketing/common';
import { currentOrderEvent, Order } from '../models/order.ts';

const alive = { status: { $in: ['created', 'awaiting:payment'] } };

/** Somebody lost events of orders: every order (or every one alive) is told again as it is now. */
export function whenResyncRequested(bus: EventBus) {
  return async ({ subjects, activeOnly }: EventData<'resync:requested'>) => {
    if (!subjects.some((subject) => subject.startsWith('order:'))) return;
    await resync(
      { model: Order, kind: 'order', source: 'orders', bus, toEvent: currentOrderEvent },
      activeOnly ? alive : {},
    );
  };
}
