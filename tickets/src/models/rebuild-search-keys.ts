import type { Logger } from '@ticketing/common';
import { every, toUpdate } from '@ticketing/common';
import { storeEvent } from './listed-event.ts';
import { SEARCH_FORM, searchKeys } from './search.ts';
import type { Ticket } from './ticket.ts';
import { tickets } from './ticket.ts';

const HOUR_MS = 60 * 60 * 1_000;

type Options = {
  /** Which tickets, by their `searchForm`; those of every other version by default. */
  searchForm?: object;
  isClosing?: () => boolean;
};

/** Of earlier versions, and of those that stored none. */
export const earlierForms = { $not: { $gte: SEARCH_FORM } };

/**
 * Rebuilds search keys now, and then every hour those of earlier versions: a process of the previous version may change a
 * ticket after the last start of this one. Not those of later versions: during a roll-out two versions would undo each other.
 */
export function startRebuilding(log: Logger): { close(): Promise<void> } {
  let isClosing = false;
  let options: Options = {};
  const run = async () => {
    await rebuildSearchKeys(log, { ...options, isClosing: () => isClosing });
    options = { searchForm: earlierForms };
  };
  const series = every(HOUR_MS, run, { name: 'rebuild search keys', log, immediately: true });
  return {
    close() {
      isClosing = true;
      return series.close();
    },
  };
}

/**
 * Recomputes the search keys of tickets that were stored with another `SEARCH_FORM`, and stores their events. Idempotent,
 * and safe while tickets change: a ticket that changed since it was read keeps the keys that its change computed. No
 * version is used, because the keys only follow from what the ticket says already. Of them, `eventId` alone is published:
 * consumers learn it with the ticket's next event.
 * @returns how many tickets were updated.
 */
export async function rebuildSearchKeys(
  log: Logger,
  { searchForm = { $ne: SEARCH_FORM }, isClosing = () => false }: Options = {},
): Promise<number> {
  let count = 0;
  const outdated = tickets.find({ searchForm }, { projection: { outbox: 0 } });
  for await (const ticket of outdated) {
    if (isClosing()) break;
    count += await rebuild(ticket);
  }
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
