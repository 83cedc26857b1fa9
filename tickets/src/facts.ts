import type { Ids, Moment, StoredFacts } from '@ticketing/common';
import { waitingEvents } from '@ticketing/common';
import type { Ticket } from './models/ticket.ts';
import { tickets } from './models/ticket.ts';

/** How many listings of a seller are read: the newest. */
const MOST_OF_SELLER = 20;

/** What tickets knows: the listings looked for, and those of a seller. */
export async function readFacts({ tickets: ids, users }: Ids): Promise<StoredFacts> {
  const [named, listed] = await Promise.all([
    tickets.find({ _id: { $in: ids } }).toArray(),
    tickets
      .find({ userId: { $in: users } })
      .sort({ createdAt: -1, _id: -1 })
      .limit(MOST_OF_SELLER)
      .toArray(),
  ]);
  const found = [...new Map([...named, ...listed].map((ticket) => [ticket._id, ticket])).values()];
  return {
    moments: found.map(listing),
    tickets: found.map(({ _id: id, version, status, userId }) => ({ id, version, status, sellerId: userId })),
    waiting: waitingEvents(found),
  };
}

/** A ticket has no history: its later versions come from the event log. */
function listing({ _id, createdAt }: Ticket): Moment {
  return {
    at: createdAt.toISOString(),
    ...{ service: 'tickets', kind: 'ticket', id: _id, ticketId: _id, version: 0 },
    what: 'ticket listed',
    by: 'the seller',
  };
}
