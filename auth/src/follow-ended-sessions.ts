import type { Logger, Revocations } from '@ticketing/common';
import { every, TOKEN_LIFETIME_MS } from '@ticketing/common';
import { endedSessions, toEnded } from './models/ended-session.ts';
import { allSessionsEnded, users } from './models/user.ts';

const POLL_MS = 1_000;
/** Covers a write that became visible late, and clocks of replicas that differ. */
const OVERLAP_MS = 60_000;

/**
 * Records the sessions that ended, of every replica, once a second from auth's own database: revocation in auth does not
 * depend on the broker. While the database is unavailable nothing can end, so nothing is missed.
 * @returns `loaded`, which resolves when all sessions that ended within one token lifetime are known.
 */
export function followEndedSessions(revocations: Pick<Revocations, 'record'>, log: Logger) {
  let since = new Date(Date.now() - TOKEN_LIFETIME_MS);
  let markLoaded: () => void;
  const loaded = new Promise<void>((resolve) => (markLoaded = resolve));
  async function poll() {
    const startedAt = Date.now();
    await recordEndedSince(since, revocations);
    since = new Date(startedAt - OVERLAP_MS);
    markLoaded();
  }
  const series = every(POLL_MS, poll, { name: 'follow ended sessions', log, immediately: true });
  return { loaded, close: () => series.close() };
}

/** Records what ended after `since`; two reads by index. */
export async function recordEndedSince(since: Date, revocations: Pick<Revocations, 'record'>): Promise<void> {
  const [single, all] = await Promise.all([
    endedSessions.find({ endedAt: { $gt: since } }, { projection: { outbox: 0 } }).toArray(),
    users.find({ sessionsEndedAt: { $gt: since } }, { projection: { _id: 1, sessionVersion: 1 } }).toArray(),
  ]);
  for (const ended of single) revocations.record(toEnded(ended));
  for (const user of all) revocations.record(allSessionsEnded(user));
}
