import { TooManyRequestsError } from '@ticketing/common';
import { Schema } from 'mongoose';
import { db } from '../db.ts';
import { clientNetwork, guessing, waitMs } from '../password.ts';

/** When wrong passwords came for one e-mail address, or from one client address; shared by all replicas. */
type Failures = { _id: string; at: Date[]; expiresAt: Date };

const schema = new Schema<Failures>(
  { _id: { type: String, required: true }, at: [Date], expiresAt: { type: Date, required: true } },
  { versionKey: false, autoIndex: false, collection: 'failures' },
);
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0, name: 'expiry' });

export const Failures = db.model<Failures>('Failures', schema);

export type Guesser = { email: string; address: string };

function emailKey({ email }: Guesser): string {
  return `email:${email}`;
}

function limits(guesser: Guesser) {
  return [
    { _id: emailKey(guesser), limit: guessing.perEmail },
    { _id: `address:${clientNetwork(guesser.address)}`, limit: guessing.perAddress },
  ];
}

/**
 * Throws TooManyRequestsError for who has failed too often.
 * @returns whether there is something to forgive.
 */
export async function refuseGuesser(guesser: Guesser): Promise<boolean> {
  const rules = limits(guesser);
  const ids = rules.map(({ _id }) => _id);
  const failures = await Failures.collection.find({ _id: { $in: ids as never[] } }).toArray();
  const of = (_id: string) =>
    failures.find((found) => found._id === (_id as never))?.['at'] as Date[] | undefined;
  for (const { _id, limit } of rules) refuse(of(_id), limit);
  return of(emailKey(guesser)) !== undefined;
}

/** Counts a wrong password. Throws TooManyRequestsError if others have used the last guess meanwhile. */
export async function recordFailure(guesser: Guesser): Promise<void> {
  const now = new Date();
  const earlier = await Promise.all(limits(guesser).map(({ _id, limit }) => append(_id, limit, now)));
  limits(guesser).forEach(({ limit }, index) => {
    refuse(earlier[index], limit);
  });
}

/** Only the latest `limit` failures can matter. @returns those before this one. */
async function append(_id: string, limit: number, now: Date): Promise<Date[] | undefined> {
  const at = { $slice: [{ $concatArrays: [{ $ifNull: ['$at', []] }, [now]] }, -limit] };
  const expiresAt = new Date(now.getTime() + guessing.windowMs);
  const before = await Failures.collection.findOneAndUpdate(
    { _id: _id as never },
    [{ $set: { at, expiresAt } }],
    { upsert: true, returnDocument: 'before' },
  );
  return before?.['at'] as Date[] | undefined;
}

/** The right password came: earlier failures for this e-mail address no longer count. */
export async function forgiveFailures(guesser: Guesser): Promise<void> {
  await Failures.collection.deleteOne({ _id: emailKey(guesser) as never });
}

function refuse(failedAt: Date[] | undefined, limit: number) {
  const left = waitMs(failedAt ?? [], limit, new Date());
  if (left > 0)
    throw new TooManyRequestsError(
      'Too many failed attempts, please try again later',
      Math.max(1, Math.ceil(left / 1000)),
    );
}
