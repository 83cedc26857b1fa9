import { Schema } from 'mongoose';
import type { Aggregate, DomainEvent, EndedSession as Ended } from '@ticketing/common';
import { collectionOf, duplicateKey, indexesOnly, insert, outboxField } from '@ticketing/common';
import { db } from '../db.ts';

/** A session that its user ended, stored in one write with its event. Its id is the `sid`; it never changes. */
export type EndedSession = Aggregate & {
  userId: string;
  sessionVersion: number;
  endedAt: Date;
  /** When MongoDB removes the document. No token of the session can be valid then. */
  expiresAt: Date;
};

const LIFETIME_MS = 30 * 24 * 60 * 60 * 1000;

const schema = new Schema<EndedSession>(
  {
    _id: String,
    userId: String,
    sessionVersion: Number,
    endedAt: Date,
    expiresAt: Date,
    outbox: outboxField,
  },
  { ...indexesOnly, collection: 'ended_sessions' },
);
schema.index({ endedAt: 1 }, { name: 'ended_at' });
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0, name: 'expiry' });
schema.index({ 'outbox.t': 1 }, { sparse: true, name: 'outbox' });

export const EndedSession = db.model<EndedSession>('EndedSession', schema);

export const endedSessions = collectionOf(EndedSession);

/** @returns the stored session, ready for `outbox.flush`, or undefined when it had ended before. */
export async function storeEndedSession(session: {
  id: string;
  sid: string;
  sessionVersion: number;
}): Promise<EndedSession | undefined> {
  const { id: userId, sid: _id, sessionVersion } = session;
  const endedAt = new Date();
  const expiresAt = new Date(endedAt.getTime() + LIFETIME_MS);
  try {
    const state = { _id, userId, sessionVersion, endedAt, expiresAt };
    return await insert<EndedSession>(EndedSession, 'session', state, sessionEndedEvent);
  } catch (error) {
    if (duplicateKey(error) !== '_id_') throw error;
    return undefined;
  }
}

export function sessionEndedEvent(ended: EndedSession): DomainEvent {
  return { name: 'session:ended', data: toEnded(ended) };
}

export function toEnded({ _id, userId, sessionVersion }: Omit<EndedSession, 'outbox'>): Ended {
  return { userId, sid: _id, sessionVersion };
}
