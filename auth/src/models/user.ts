import { Schema } from 'mongoose';
import type { Aggregate, DomainEvent, EndedSession, Role } from '@ticketing/common';
import {
  change,
  collectionOf,
  duplicateKey,
  indexesOnly,
  markUnconfirmed,
  newId,
  outboxField,
} from '@ticketing/common';
import { db } from '../db.ts';
import type { Conduct } from '../seller-conduct.ts';

export type User = Aggregate &
  Conduct & {
    /** As the account shows it; accounts since the canonical form have that form here too. */
    email: string;
    /** `canonicalEmail(email)`, unique. Missing when an older account has the same one; see `canonicalizeEmails`. */
    emailKey?: string;
    /** The canonical address that an older account has as its `emailKey`. */
    collidesWith?: string;
    /** The Idempotency-Key of the sign-up. */
    signUpKey?: string;
    passwordHash: string;
    /** The latest networks from which the user signed in, as `networkIds` returns them. */
    networks?: string[];
    /** How many times all sessions were ended. Tokens with a smaller `sv` are revoked. */
    sessionVersion: number;
    /** When all sessions were last ended. */
    sessionsEndedAt?: Date;
    role?: Role | undefined;
    /** Set while an operator has suspended the account, with the reason. */
    suspendedAt?: Date | undefined;
    suspensionReason?: string | undefined;
    /** When an operator last restored the account. */
    restoredAt?: Date;
    createdAt: Date;
  };

const schema = new Schema<User>(
  {
    _id: String,
    email: String,
    emailKey: String,
    collidesWith: String,
    signUpKey: String,
    passwordHash: String,
    networks: { type: [String], default: undefined },
    sessionVersion: Number,
    sessionsEndedAt: Date,
    role: String,
    suspendedAt: Date,
    suspensionReason: String,
    restoredAt: Date,
    sellerRefunds: { type: [Object], default: undefined },
    sellingSuspendedAt: Date,
    sellingReviewedAt: Date,
    createdAt: Date,
    outbox: outboxField,
  },
  indexesOnly,
);
schema.index({ email: 1 }, { unique: true, name: 'email' });
schema.index(
  { emailKey: 1 },
  { unique: true, name: 'email_key', partialFilterExpression: { emailKey: { $exists: true } } },
);
schema.index({ collidesWith: 1 }, { sparse: true, name: 'collides_with' });
schema.index({ sessionsEndedAt: 1 }, { sparse: true, name: 'sessions_ended_at' });
schema.index({ sellingSuspendedAt: 1 }, { sparse: true, name: 'selling_suspended_at' });
schema.index({ sellingReviewedAt: 1 }, { sparse: true, name: 'selling_reviewed_at' });
schema.index({ suspendedAt: 1 }, { sparse: true, name: 'suspended_at' });
schema.index({ restoredAt: 1 }, { sparse: true, name: 'restored_at' });
schema.index({ role: 1 }, { sparse: true, name: 'role' });
schema.index({ 'outbox.t': 1 }, { sparse: true, name: 'outbox' });

export const User = db.model<User>('User', schema);

export const users = collectionOf(User);

/** Each candidate costs a password hash. */
const MAX_SPELLINGS = 3;
const MAX_NETWORKS = 10;

/**
 * Inserts a user. `email` is canonical; the unique index picks one of simultaneous sign-ups. No event: other services
 * need no users.
 * @returns undefined when the address has an account.
 */
export async function addUser(
  email: string,
  passwordHash: string,
  { signUpKey, network }: { signUpKey?: string | undefined; network?: string } = {},
): Promise<User | undefined> {
  const user: User = {
    _id: newId(),
    version: 0,
    email,
    emailKey: email,
    passwordHash,
    sessionVersion: 0,
    createdAt: new Date(),
    outbox: [],
    ...(signUpKey !== undefined && { signUpKey }),
    ...(network !== undefined && { networks: [network] }),
  };
  try {
    await markUnconfirmed(users.insertOne(user));
    return user;
  } catch (error) {
    if (!['email', 'email_key'].includes(duplicateKey(error) ?? '')) throw error;
    return undefined;
  }
}

export function findUser(
  by: { emailKey: string; signUpKey: string } | { _id: string },
): Promise<User | null> {
  return users.findOne(by);
}

/**
 * The accounts that a person can mean by this address, the likeliest first: usually one. `email` is canonical, `typed` is
 * the address as the person typed it. There are several only when accounts had different spellings of one address before
 * addresses had a canonical form.
 */
export async function findByEmail({ email, typed }: { email: string; typed: string }): Promise<User[]> {
  const spelling = typed.trim().toLowerCase(); // how accounts stored addresses before
  const found = await users
    .find({
      $or: [{ emailKey: email }, { collidesWith: email }, { email: { $in: [email, spelling] } }],
    })
    .sort({ _id: 1 })
    .limit(MAX_SPELLINGS)
    .toArray();
  const rank = (user: User) => (user.email === spelling ? 0 : user.emailKey === email ? 1 : 2);
  return found.sort((a, b) => rank(a) - rank(b));
}

/** The address by which failed sign-ins of an account are counted. */
export function canonicalAddress({ email, emailKey, collidesWith }: User): string {
  return emailKey ?? collidesWith ?? email;
}

/** Remembers a network from which the user signed in, and forgets the oldest of more than ten. */
export async function rememberNetwork(userId: string, network: string): Promise<void> {
  await users.updateOne(
    { _id: userId, networks: { $ne: network } },
    { $push: { networks: { $each: [network], $slice: -MAX_NETWORKS } } },
  );
}

/**
 * Ends all sessions, and makes the changes of `decide` in the same write. `decide` may throw to refuse. The write also has
 * the events that `further` returns for the new state.
 */
export function endAllSessions(
  userId: string,
  decide: (current: User) => Partial<User> = () => ({}),
  further: (user: User) => DomainEvent[] = () => [],
): Promise<User> {
  const end = (current: User): Partial<User> => ({
    ...decide(current),
    sessionVersion: current.sessionVersion + 1,
    sessionsEndedAt: new Date(),
  });
  const toEvent = (user: User) => [allSessionsEndedEvent(user), ...further(user)];
  return change(User, { kind: 'user', id: userId, decide: end, toEvent });
}

export function allSessionsEnded({
  _id,
  sessionVersion,
}: Pick<User, '_id' | 'sessionVersion'>): EndedSession {
  return { userId: _id, sid: null, sessionVersion };
}

export function allSessionsEndedEvent(user: User): DomainEvent {
  return { name: 'session:ended', data: allSessionsEnded(user) };
}

/** A user as the HTTP API shows it. */
export function publicUser({ _id, email }: Pick<User, '_id' | 'email'>) {
  return { id: _id, email };
}
