import { TOKEN_LIFETIME_MS, resync } from '@ticketing/common';
import type { EventBus, EventHandler } from '@ticketing/common';
import { User, allSessionsEndedEvent } from '../models/user.ts';

/**
 * Says again whose sessions were all ended within one token lifetime; older tokens have expired. Which single
 * session was signed out is in no store, only in the broker's log.
 */
export function whenResyncRequested(bus: EventBus): EventHandler<'resync:requested'> {
  return async ({ subjects }) => {
    if (!subjects.includes('session:ended')) return;
    const since = new Date(Date.now() - TOKEN_LIFETIME_MS);
    await resync(
      { model: User, kind: 'user', source: 'auth', bus, toEvent: allSessionsEndedEvent },
      { sessionsEndedAt: { $gt: since } },
    );
  };
}
