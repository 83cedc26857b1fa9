import { Schema } from 'mongoose';
import type { Aggregate, DomainEvent } from '@ticketing/common';
import {
  change,
  collectionOf,
  duplicateKey,
  indexesOnly,
  markUnconfirmed,
  newId,
  NotFoundError,
  outboxField,
  ValidationError,
} from '@ticketing/common';
import { db } from '../db.ts';

export type User = Aggregate & {
  /** In lower case. */
  email: string;
  passwordHash: string;
  /** How many times all sessions were ended. Tokens with a smaller `sv` are revoked. */
  sessionVersion: number;
  /** When all sessions were last ended. */
  sessionsEndedAt?: Date;
  createdAt: Date;
};

const schema = new Schema<User>(
  {
    _id: String,
    email: String,
    passwordHash: String,
    sessionVersion: Number,
    sessionsEndedAt: Date,
    createdAt: Date,
    outbox: outboxField,
  },
  indexesOnly,
);
schema.index({ email: 1 }, { unique: true, name: 'email' });
schema.index({ 'outbox.t': 1 }, { sparse: true, name: 'outbox' });

export const User = db.model<User>('User', schema);

export const users = collectionOf(User);

/** Inserts a user. The unique index picks one of simultaneous sign-ups. No event: other services need no users. */
export async function addUser(email: string, passwordHash: string): Promise<User> {
  const user: User = {
    _id: newId(),
    version: 0,
    email,
    passwordHash,
    sessionVersion: 0,
    createdAt: new Date(),
    outbox: [],
  };
  try {
    await markUnconfirmed(users.insertOne(user));
    return user;
  } catch (error) {
    if (duplicateKey(error) !== 'email') throw error;
    throw new ValidationError([{ message: 'Email in use', field: 'email', code: 'email_taken' }]);
  }
}

export function findUser(by: { email: string } | { _id: string }): Promise<User | null> {
  return users.findOne(by);
}

/** Ends one session. @returns the user to flush, or undefined when there is no such user. */
export async function endSession(userId: string, sid: string): Promise<User | undefined> {
  const end = (): Partial<User> => ({});
  try {
    return await change(User, {
      kind: 'user',
      id: userId,
      decide: end,
      toEvent: ({ sessionVersion }) => ({ name: 'session:ended', data: { userId, sid, sessionVersion } }),
    });
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

/** Ends all sessions, and makes the changes of `decide` in the same write. `decide` may throw to refuse. */
export async function endAllSessions(
  userId: string,
  decide: (current: User) => Partial<User> = () => ({}),
): Promise<User> {
  const end = (current: User): Partial<User> => ({
    ...decide(current),
    sessionVersion: current.sessionVersion + 1,
    sessionsEndedAt: new Date(),
  });
  const user = await change(User, { kind: 'user', id: userId, decide: end, toEvent: allSessionsEndedEvent });
  if (!user) throw new NotFoundError('User');
  return user;
}

export function allSessionsEndedEvent({ _id, sessionVersion }: User): DomainEvent {
  return { name: 'session:ended', data: { userId: _id, sid: null, sessionVersion } };
}

/** Whether a session has ended, even while its event is still in the outbox. */
export function isEnded(user: User, session: { sid: string; sessionVersion: number }): boolean {
  if (session.sessionVersion < user.sessionVersion) return true;
  return user.outbox.some(({ d }) => (d as { sid?: string | null }).sid === session.sid);
}

/** A user as the HTTP API shows it. */
export function publicUser({ _id, email }: Pick<User, '_id' | 'email'>) {
  return { id: _id, email };
}
