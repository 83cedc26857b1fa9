import type { SavedSearch } from './saved-search.ts';
import type { TicketQuery } from './selection.ts';
import { listedStatuses } from './selection.ts';

/** The parameters of the list of tickets for a query: the texts that it was read from. */
function toParams({ status, min, max, from, to, ...texts }: TicketQuery) {
  const isAll = listedStatuses.every((listed) => status?.includes(listed));
  return {
    ...texts,
    min: min?.toString(),
    max: max?.toString(),
    from: from instanceof Date ? from.toISOString() : from,
    to: to instanceof Date ? to.toISOString() : to,
    status: isAll ? 'all' : status?.join(','),
  };
}

/** A saved search as the HTTP API shows it. */
export function publicSearch({ id, query, createdAt, seenAt }: SavedSearch, newTickets: number | undefined) {
  return { id, query: toParams(query), createdAt, seenAt, newTickets };
}
