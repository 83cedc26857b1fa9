import type { Event } from '../../lib/types.ts';

/**
 * The shown events as a newer reading of the same list has them, in their places, and how many events it has that are not
 * shown. An event that the reading lacks has no ticket for sale any more, unless new events may have moved it to the next
 * page: then it stays as it was.
 */
export function updateEvents(events: Event[], newest: Event[]): { shown: Event[]; fresh: number } {
  const byId = new Map(newest.map((event) => [event.id, event]));
  const ids = new Set(events.map(({ id }) => id));
  const fresh = newest.filter(({ id }) => !ids.has(id)).length;
  const shown = events.map((event, place) => {
    const mayHaveMoved = place >= events.length - fresh;
    return byId.get(event.id) ?? (mayHaveMoved ? event : { ...event, available: 0, prices: [] });
  });
  return { shown, fresh };
}
