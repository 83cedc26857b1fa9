import { setTimeout as wait } from 'node:timers/promises';
import { cloudEvent, newId } from '@ticketing/common';
import type { EventBus, Logger } from '@ticketing/common';

const subjects = ['order:created', 'order:updated', 'order:cancelled'];
const PAUSE_MS = 500;
const TRIES = 120;

/** Asks orders for its present states: the broker began anew and may have lost some of their events. */
export async function askForOrders(bus: EventBus, log: Logger): Promise<void> {
  const id = newId();
  const about = { id: `resync:${id}`, source: 'payments', subject: id };
  const request = cloudEvent('resync:requested', about, { id, subjects, activeOnly: false });
  for (let tries = 1; tries <= TRIES && bus.status !== 'closed'; tries++)
    try {
      await bus.publish(request);
      return;
    } catch (err) {
      if (tries === TRIES) log.error({ err }, 'resync not asked for');
      await wait(PAUSE_MS, undefined, { ref: false });
    }
}
