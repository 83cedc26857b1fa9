import { toPrice } from '@ticketing/common';
import type { Offers } from './event-offers.ts';
import type { ListedEvent } from './listed-event.ts';

/** An event as the HTTP API shows it. `offers` are those of its tickets that are for sale. */
export function publicEvent(event: ListedEvent, offers: Offers[]) {
  return {
    id: event._id,
    slug: event.slug,
    title: event.title,
    startsAt: event.startsAt,
    timeZone: event.timeZone,
    venue: event.venue,
    city: event.city,
    category: event.category,
    available: offers.reduce((sum, { available }) => sum + available, 0),
    prices: offers.map(({ currency, available, lowest, highest }) => ({
      currency,
      available,
      lowest: toPrice(lowest, currency),
      highest: toPrice(highest, currency),
    })),
  };
}
