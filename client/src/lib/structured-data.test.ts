import { aTicket } from '../../test/fixtures.ts';
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
    expect(eventStructuredData(event, origin)).toMatchObject({
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

  it('of an event without tickets say that it is sold out', () => {
    expect(eventStructuredData({ ...event, prices: [] }, origin)?.offers).toMatchObject([
      { availability: 'https://schema.org/SoldOut' },
    ]);
  });

  it.each([
    ['available', 'InStock'],
    ['reserved', 'OutOfStock'],
    ['sold', 'SoldOut'],
  ] as const)('of a ticket that is %s say %s', (status, availability) => {
    const data = ticketStructuredData(aTicket({ status }), origin);
    expect(data?.offers).toMatchObject([
      { price: 88, priceCurrency: 'EUR', availability: `https://schema.org/${availability}` },
    ]);
  });

  it('are left out without a date or without a place', () => {
    expect([
      eventStructuredData({ ...rest, ...place }, origin),
      eventStructuredData({ ...rest, ...date }, origin),
    ]).toEqual([undefined, undefined]);
  });
});
