import type { Translate } from '../i18n/translate.ts';
import { eventPath } from './paths.ts';
import type { Event, Ticket } from './types.ts';

type Place = Pick<Event, 'title' | 'startsAt' | 'venue' | 'city'>;

/**
 * An event for search engines (schema.org Event, as JSON-LD). Undefined without a date or a place, which they require.
 * `offers` are schema.org Offers.
 */
function eventData(
  { title, startsAt, venue, city }: Place,
  url: string,
  image: string | undefined,
  offers: object[],
) {
  if (!startsAt || !(venue ?? city)) return undefined;
  return {
    '@context': 'https://schema.org',
    '@type': 'Event',
    name: title,
    startDate: startsAt,
    eventStatus: 'https://schema.org/EventScheduled',
    eventAttendanceMode: 'https://schema.org/OfflineEventAttendanceMode',
    location: {
      '@type': 'Place',
      name: venue ?? city,
      address: { '@type': 'PostalAddress', addressLocality: city },
    },
    image: image && [image],
    url,
    offers,
  };
}

/** What a link shows where people share it. A ticket that an earlier version listed has no event yet. */
export function shareCard(title: string, description: string, eventId: string | undefined) {
  const images = eventId ? [{ url: eventImagePath(eventId), width: 1200, height: 630, alt: title }] : [];
  return { title, description, siteName: 'Encore', type: 'website' as const, images };
}

function eventImagePath(eventId: string): string {
  return `/og/${encodeURIComponent(eventId)}`;
}

/** The page of an event, with what its tickets cost in each currency. */
export function eventStructuredData(t: Translate, event: Event, origin: string) {
  const url = origin + t.path(eventPath(event.slug));
  const offers = event.prices.map(({ currency, available, lowest, highest }) => ({
    '@type': 'AggregateOffer',
    priceCurrency: currency.toUpperCase(),
    lowPrice: lowest,
    highPrice: highest,
    offerCount: available,
    availability: 'https://schema.org/InStock',
    url,
  }));
  const soldOut = { '@type': 'Offer', availability: 'https://schema.org/SoldOut', url };
  return eventData(event, url, origin + eventImagePath(event.id), offers.length > 0 ? offers : [soldOut]);
}

const availabilities: Record<Ticket['status'], string> = {
  available: 'InStock',
  reserved: 'OutOfStock',
  sold: 'SoldOut',
  withdrawn: 'Discontinued',
};

/** The page of a ticket: one offer for its event. */
export function ticketStructuredData(t: Translate, ticket: Ticket, origin: string) {
  const url = origin + t.path(`/tickets/${ticket.id}`);
  const offer = {
    '@type': 'Offer',
    price: ticket.price,
    priceCurrency: ticket.currency.toUpperCase(),
    availability: `https://schema.org/${availabilities[ticket.status]}`,
    url,
  };
  return eventData(ticket, url, ticket.eventId && origin + eventImagePath(ticket.eventId), [offer]);
}
