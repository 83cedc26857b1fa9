import { cloudEvent, newId } from '@ticketing/common';
import type { EventBus } from '@ticketing/common';

/** Asks orders for its present states: the broker began anew and may have lost some of its events. */
export async function askForOrders(bus: EventBus): Promise<void> {
  const id = newId();
  const subjects = ['order:created', 'order:updated', 'order:cancelled'];
  await bus.publish(
    cloudEvent(
      'resync:requested',
      { id: `resync:${id}`, source: 'tickets', subject: id },
      { id, subjects, activeOnly: false },
    ),
  );
}
