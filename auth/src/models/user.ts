import {
  NotFoundError,
  ValidationError,
  change,
  duplicateKey,
  newId,
  outboxField,
  versioned,
} from '@ticketing/common';
import type { Aggregate, DomainEvent } from '@ticketing/common';
import { Schema } from 'mongoose';
import { db } from '../db.ts';

export type User = Aggregate & {
  /** In lower case. */
  email: string;
  passwordHash: string;
  /** How often all sessions were ended; tokens with a smaller `sv` are void. */
  sessionVersion: number;
  /** When that last happened. */
  sessionsEndedAt?: Date;
  createdAt: Date;
};

const schema = new Schema<User>(
  {
    _id: { type: String, required: true },
    email: { type: String, required: true },
    passwordHash: { type: String, required: true },
    sessionVersion: { type: Number, required: true },
    sessionsEndedAt: Date,
    createdAt: { type: Date, required: true },
    outbox: outboxField,
  },
  versioned,
);
schema.index({ email: 1 }, { unique: true, name: 'email' });
schema.index({ 'outbox.t': 1 }, { sparse: true, name: 'outbox' });

export const User = db.model<User>('User', schema);

/** The unique index decides between sign-ups for one address. Nobody else hears of a new user. */
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
    await User.collection.insertOne(user as never);
    return user;
  } catch (error) {
    if (duplicateKey(error) !== 'email') throw error;
    throw new ValidationError([{ message: 'Email in use', field: 'email', code: 'email_taken' }]);
  }
}

export async function findUser(by: { email: string } | { _id: string }): Promise<User | null> {
  return (await User.collection.findOne(by as never)) as User | null;
}

/** Ends one session. @returns the user to flush, or undefined when there is no such user. */
export async function endSession(userId: string, sid: string): Promise<User | undefined> {
  const end = (): Partial<User> => ({});
  try {
    return await change(User, 'user', userId, end, ({ sessionVersion }) => ({
      name: 'session:ended',
      data: { userId, sid, sessionVersion },
    }));
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

/** Ends all sessions, and changes what `decide` says in the same write; it may throw to refuse. */
export async function endAllSessions(
  userId: string,
  decide: (current: User) => Partial<User> = () => ({}),
): Promise<User> {
  const end = (current: User): Partial<User> => ({
    ...decide(current),
    sessionVersion: current.sessionVersion + 1,
    sessionsEndedAt: new Date(),
  });
  const user = await change(User, 'user', userId, end, allSessionsEndedEvent);
  if (!user) throw new NotFoundError('User');
  return user;
}

export function allSessionsEndedEvent({ _id, sessionVersion }: User): DomainEvent {
  return { name: 'session:ended', data: { userId: _id, sid: null, sessionVersion } };
}

/** Whether a session is over, also while the news still waits for the broker. */
export function isEnded(user: User, session: { sid: string; sessionVersion: number }): boolean {
  if (session.sessionVersion < user.sessionVersion) return true;
  return user.outbox.some(({ d }) => (d as { sid?: string | null }).sid === session.sid);
}

/** What others may see. */
export function publicUser({ _id, email }: Pick<User, '_id' | 'email'>) {
  return { id: _id, email };
}
