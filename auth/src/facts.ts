import type { Ids, Moment, StoredFacts } from '@ticketing/common';
import { waitingEvents } from '@ticketing/common';
import type { User } from './models/user.ts';
import { users } from './models/user.ts';

/** What auth knows of users: never an address, a password or a network. */
export async function readFacts({ users: ids }: Ids): Promise<StoredFacts> {
  const found = await users.find({ _id: { $in: ids } }).toArray();
  return {
    moments: found.flatMap(momentsOf),
    users: found.map(({ _id: id, version, sellingSuspendedAt }) => ({
      ...{ id, version },
      status: sellingSuspendedAt ? `may not sell since ${sellingSuspendedAt.toISOString()}` : 'may sell',
    })),
    waiting: waitingEvents(found),
  };
}

/** The events of a user have no reason: what the document has explains them. */
function momentsOf({ _id, createdAt, sessionsEndedAt, sellerRefunds, sellingReviewedAt }: User): Moment[] {
  const moments: { at: Date | undefined; what: string }[] = [
    { at: createdAt, what: 'account created' },
    { at: sessionsEndedAt, what: 'all sessions ended, last time' },
    { at: sellingReviewedAt, what: 'suspension reviewed' },
    ...(sellerRefunds ?? []).map(({ at, id }) => ({ at, what: `refund of order ${id} counted` })),
  ];
  return moments.flatMap(({ at, what }) =>
    at ? [{ at: at.toISOString(), service: 'auth', kind: 'user', id: _id, what }] : [],
  );
}
