import type { EventBus, EventHandler } from '@ticketing/common';
import { resync, TOKEN_LIFETIME_MS } from '@ticketing/common';
import { EndedSession, sessionEndedEvent } from '../models/ended-session.ts';
import { userEvent, wasSuspended } from '../models/seller.ts';
import { allSessionsEndedEvent, User } from '../models/user.ts';

/**
 * Republishes the users who were ever suspended from selling, and the sessions, single ones and all of a user, that
 * ended within one token lifetime; older tokens have expired.
 */
export function whenResyncRequested(bus: EventBus): EventHandler<'resync:requested'> {
  return async ({ subjects }) => {
    const to = { source: 'auth', bus };
    if (subjects.includes('user:updated'))
      await resync({ model: User, kind: 'user', toEvent: userEvent, ...to }, wasSuspended);
    if (!subjects.includes('session:ended')) return;
    const since = new Date(Date.now() - TOKEN_LIFETIME_MS);
    await resync(
      { model: User, kind: 'user', toEvent: allSessionsEndedEvent, ...to },
      { sessionsEndedAt: { $gt: since } },
    );
    await resync(
      { model: EndedSession, kind: 'session', toEvent: sessionEndedEvent, ...to },
      { endedAt: { $gt: since } },
    );
  };
}
