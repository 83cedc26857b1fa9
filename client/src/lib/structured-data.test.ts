import { aTicket } from '../../test/fixtures.ts';
import { createTranslate, english } from '../i18n/translate.ts';
import { eventStructuredData, ticketStructuredData } from './structured-data.ts';

const origin = 'https://tickets.example';
const place = { venue: 'Musikverein', city: 'Vienna' };
const date = { startsAt: '2027-01-23T18:30:00.000Z' };
const rest = {
  id: 'ab'.repeat(12),
  slug: 'mahler-2027-01-23-abababab',
  title: 'Mahler',
  available: 2,
  prices: [{ currency: 'eur', available: 2, lowest: 36, highest: 90 }],
};
const event = { ...rest, ...place, ...date };

describe('the structured data', () => {
  it('of an event have what its tickets cost', () => {
    expect(eventStructuredData(english, event, origin)).toMatchObject({
      '@type': 'Event',
      name: 'Mahler',
      startDate: event.startsAt,
      url: `${origin}/events/${event.slug}`,
      image: [`${origin}/og/${event.id}`],
      location: { name: 'Musikverein', address: { addressLocality: 'Vienna' } },
      offers: [
        { '@type': 'AggregateOffer', priceCurrency: 'EUR', lowPrice: 36, highPrice: 90, offerCount: 2 },
      ],
    });
  });

  it('name the address of the page in its language', () => {
    const german = createTranslate('de', {});
    const ticket = aTicket();
    expect([
      eventStructuredData(german, event, origin)?.url,
      ticketStructuredData(german, ticket, origin)?.url,
    ]).toEqual([`${origin}/de/events/${event.slug}`, `${origin}/de/tickets/${ticket.id}`]);
  });

  it('of an event without tickets say that it is sold out', () => {
    expect(eventStructuredData(english, { ...event, prices: [] }, origin)?.offers).toMatchObject([
      { availability: 'https://schema.org/SoldOut' },
    ]);
  });

  it.each([
    ['available', 'InStock'],
    ['reserved', 'OutOfStock'],
    ['sold', 'SoldOut'],
  ] as const)('of a ticket that is %s say %s', (status, availability) => {
    const data = ticketStructuredData(english, aTicket({ status }), origin);
    expect(data?.offers).toMatchObject([
      { price: 88, priceCurrency: 'EUR', availability: `https://schema.org/${availability}` },
    ]);
  });

  it('are left out without a date or without a place', () => {
    expect([
      eventStructuredData(english, { ...rest, ...place }, origin),
      eventStructuredData(english, { ...rest, ...date }, origin),
    ]).toEqual([undefined, undefined]);
  });
});
