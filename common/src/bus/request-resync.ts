import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { EventBus } from '../event-bus.ts';
import { cloudEvent } from '../events.ts';
import type { EventName } from '../events.ts';
import { newId } from '../store/mongo.ts';

const PAUSE_MS = 500;

/**
 * Asks the owners of `subjects` for their present states, because events of theirs may be lost. Tries until the
 * broker has the request; resolves then, or when the bus is closed.
 */
export async function requestResync(options: {
  bus: EventBus;
  log: Logger;
  /** Who asks. */
  source: string;
  subjects: readonly EventName[];
  activeOnly?: boolean;
}): Promise<void> {
  const { bus, log, source, subjects, activeOnly = false } = options;
  const id = newId();
  const about = { id: `resync:${id}`, source, subject: id };
  const request = cloudEvent('resync:requested', about, { id, subjects: [...subjects], activeOnly });
  while (bus.status !== 'closed')
    try {
      return await bus.publish(request);
    } catch (err) {
      log.debug({ err }, 'resync not asked for yet');
      await wait(PAUSE_MS, undefined, { ref: false });
    }
}
