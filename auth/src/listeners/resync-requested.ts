import type { EventBus, EventHandler } from '@ticketing/common';
import { resync, TOKEN_LIFETIME_MS } from '@ticketing/common';
import { allSessionsEndedEvent, User } from '../models/user.ts';

/**
 * Republishes for every user whose sessions were all ended within one token lifetime; older tokens have expired. The end
 * of a single session is stored only in the log of the broker, so it cannot be republished.
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
