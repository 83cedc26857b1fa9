import { Schema } from 'mongoose';
import { canonicalEmail, collectionOf, TooManyRequestsError } from '@ticketing/common';
import { db } from '../db.ts';
import { clientNetwork, failureLimits, waitMs } from '../password.ts';

/** The times of failed sign-ins for one e-mail address, or from one client; shared by all replicas. */
type Failures = { _id: string; at: Date[]; expiresAt: Date };

const schema = new Schema<Failures>(
  { _id: String, at: [Date], expiresAt: Date },
  { versionKey: false, autoIndex: false, collection: 'failures' },
);
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0, name: 'expiry' });

export const Failures = db.model<Failures>('Failures', schema);

export const failures = collectionOf(Failures);

/** Who tries to sign in: the e-mail address, and the IP address of the client. */
export type Attempt = { email: string; address: string };

function emailKey({ email }: Pick<Attempt, 'email'>): string {
  return `email:${email}`;
}

function limitsOf(attempt: Attempt) {
  return [
    { _id: emailKey(attempt), limit: failureLimits.perEmail },
    { _id: `address:${clientNetwork(attempt.address)}`, limit: failureLimits.perAddress },
  ];
}

/**
 * Throws TooManyRequestsError after too many failures.
 * @returns whether there are failures for this e-mail address, which a success resets.
 */
export async function assertNotLockedOut(attempt: Attempt): Promise<boolean> {
  const limits = limitsOf(attempt);
  const ids = limits.map(({ _id }) => _id);
  const found = await failures.find({ _id: { $in: ids } }).toArray();
  const failedAt = new Map(found.map(({ _id, at }) => [_id, at]));
  for (const { _id, limit } of limits) assertBelow(limit, failedAt.get(_id));
  return failedAt.has(emailKey(attempt));
}

/** Counts a failure. Throws TooManyRequestsError if simultaneous failures have reached the limit before. */
export async function recordFailure(attempt: Attempt): Promise<void> {
  const now = new Date();
  const limits = limitsOf(attempt);
  const earlier = await Promise.all(limits.map(({ _id, limit }) => append(_id, limit, now)));
  limits.forEach(({ limit }, index) => {
    assertBelow(limit, earlier[index]);
  });
}

/** Adds the failures of other spellings of an address, from before addresses had a canonical form, to its own. */
export async function mergeFailures(): Promise<void> {
  const old = failures.find({ _id: { $regex: String.raw`^email:.*[^\x21-\x7e]` } });
  for await (const { _id, at, expiresAt } of old) {
    const email = canonicalEmail(_id.slice('email:'.length));
    if (email === undefined || emailKey({ email }) === _id) continue;
    const earlier = { $ifNull: ['$at', []] };
    const union = { $concatArrays: [earlier, { $setDifference: [at, earlier] }] };
    await failures.updateOne(
      { _id: emailKey({ email }) },
      [
        {
          $set: {
            at: { $slice: [union, -failureLimits.perEmail] },
            expiresAt: { $max: [expiresAt, '$expiresAt'] },
          },
        },
      ],
      { upsert: true },
    );
    await failures.deleteOne({ _id });
  }
}

/** Stores only the latest `limit` failures, as no others matter. @returns the failures before this one. */
async function append(_id: string, limit: number, now: Date): Promise<Date[] | undefined> {
  const at = { $slice: [{ $concatArrays: [{ $ifNull: ['$at', []] }, [now]] }, -limit] };
  const expiresAt = new Date(now.getTime() + failureLimits.windowMs);
  const before = await failures.findOneAndUpdate({ _id }, [{ $set: { at, expiresAt } }], {
    upsert: true,
    returnDocument: 'before',
  });
  return before?.at;
}

/** Removes the failures for this e-mail address after a success. Those of the client still count. */
export async function resetFailures(attempt: Attempt): Promise<void> {
  await failures.deleteOne({ _id: emailKey(attempt) });
}

function assertBelow(limit: number, failedAt: Date[] | undefined) {
  const leftMs = waitMs(failedAt ?? [], limit, new Date());
  if (leftMs > 0)
    throw new TooManyRequestsError(
      'Too many failed attempts, please try again later',
      Math.max(1, Math.ceil(leftMs / 1000)),
    );
}
