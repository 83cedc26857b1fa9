import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { EventBus } from '../event-bus.ts';
import type { EventName } from '../events.ts';
import { cloudEvent } from '../events.ts';
import { newId } from '../store/mongo.ts';

const PAUSE_MS = 500;

/**
 * Publishes `resync:requested`, to which the publishers of `subjects` respond by republishing their current states.
 * For a service that may have lost events. Retries until the broker has stored the request; resolves then, or when the
 * bus is closed.
 */
export async function requestResync(options: {
  bus: EventBus;
  log: Logger;
  /** The requesting service. */
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
      log.debug({ err }, 'resync request not published, will be retried');
      await wait(PAUSE_MS, undefined, { ref: false });
    }
}

const COLLECT_MS = 1_000;

/** Returns a function that calls `request` once for all its calls within a second: a lost log affects every channel. */
export function collectRequests(request: () => Promise<void>): () => Promise<void> {
  let requested: Promise<void> | undefined;
  const requestLater = async () => {
    await wait(COLLECT_MS, undefined, { ref: false });
    requested = undefined;
    await request();
  };
  return () => (requested ??= requestLater());
}
