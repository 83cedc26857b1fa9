import type { Republisher, ServiceContext } from '@ticketing/common';
import { createRepublisher } from '@ticketing/common';
import { currentOrderEvent, Order } from '../models/order.ts';
import { liveStatuses } from '../purchase.ts';

type Scope = { activeOnly: boolean };

/** Republishes the current state of every order, or of every live one, for a service that may have lost events. */
export function respondToResyncs(context: ServiceContext): Republisher<Scope> {
  const orders = createRepublisher({
    model: Order,
    kind: 'order',
    ...context,
    toEvent: currentOrderEvent,
    filterOf: ({ activeOnly }: Scope) => (activeOnly ? { status: { $in: liveStatuses } } : {}),
  });
  context.bus.subscribe('resync:requested', async ({ subjects, activeOnly }) => {
    if (subjects.some((subject) => subject.startsWith('order:'))) await orders.request({ activeOnly });
  });
  return orders;
}
