import type { ServiceContext } from '@ticketing/common';
import { createRepublisher, TOKEN_LIFETIME_MS } from '@ticketing/common';
import { EndedSession, sessionEndedEvent } from '../models/ended-session.ts';
import { userEvent, wasSuspended } from '../models/seller.ts';
import { allSessionsEndedEvent, User } from '../models/user.ts';

type Users = { what: 'suspensions' | 'ended sessions' };
type Sessions = { what: 'single sessions' };

/** Older tokens have expired. */
const recently = () => ({ $gt: new Date(Date.now() - TOKEN_LIFETIME_MS) });

/**
 * Republishes the users who were ever suspended from selling, and the sessions, single ones and all of a user, that
 * ended within one token lifetime.
 */
export function respondToResyncs(context: ServiceContext): { close(): Promise<void> } {
  const users = createRepublisher({
    model: User,
    kind: 'user',
    ...context,
    toEvent: (user, { what }: Users) =>
      what === 'suspensions' ? userEvent(user) : allSessionsEndedEvent(user),
    filterOf: ({ what }) => (what === 'suspensions' ? wasSuspended : { sessionsEndedAt: recently() }),
  });
  const sessions = createRepublisher({
    model: EndedSession,
    kind: 'session',
    ...context,
    toEvent: sessionEndedEvent,
    filterOf: (_: Sessions) => ({ endedAt: recently() }),
  });
  context.bus.subscribe('resync:requested', async ({ subjects }) => {
    if (subjects.includes('user:updated')) await users.request({ what: 'suspensions' });
    if (!subjects.includes('session:ended')) return;
    await users.request({ what: 'ended sessions' });
    await sessions.request({ what: 'single sessions' });
  });
  return {
    async close() {
      await Promise.all([users.close(), sessions.close()]);
    },
  };
}
