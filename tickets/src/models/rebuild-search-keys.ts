import type { Logger } from '@ticketing/common';
import { toUpdate } from '@ticketing/common';
import { storeEvent } from './listed-event.ts';
import { SEARCH_FORM, searchKeys } from './search.ts';
import type { Ticket } from './ticket.ts';
import { tickets } from './ticket.ts';

/**
 * Recomputes the search keys of tickets that were stored with another `SEARCH_FORM`, and stores their events. Idempotent,
 * and safe while tickets change: a ticket that changed since it was read keeps the keys that its change computed. No
 * version is used, because the keys only follow from what the ticket says already. Of them, `eventId` alone is published:
 * consumers learn it with the ticket's next event.
 * @returns how many tickets were updated.
 */
export async function rebuildSearchKeys(log: Logger): Promise<number> {
  let count = 0;
  const outdated = tickets.find({ searchForm: { $ne: SEARCH_FORM } }, { projection: { outbox: 0 } });
  for await (const ticket of outdated) count += await rebuild(ticket);
  if (count > 0) log.info({ count, searchForm: SEARCH_FORM }, 'search keys rebuilt');
  return count;
}

async function rebuild(ticket: Ticket): Promise<number> {
  const { _id, version } = ticket;
  const keys = searchKeys(ticket);
  await storeEvent({ ...ticket, ...keys });
  const { modifiedCount } = await tickets.updateOne({ _id, version }, toUpdate(keys));
  return modifiedCount;
}
