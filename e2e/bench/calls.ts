import { randomUUID } from 'node:crypto';
import type { Call } from './load.ts';
import type { User } from './users.ts';

type ServiceUrls = { url: (service: 'tickets' | 'orders', path: string) => string };

/** A request that lists a ticket with the fields that sellers usually fill in. */
export function createTicketCall(world: ServiceUrls, seller: User, index: number): Call {
  return {
    method: 'POST',
    url: world.url('tickets', '/api/tickets'),
    cookie: seller.cookie,
    body: {
      title: `Evening of strings ${index}`,
      price: 42.5,
      startsAt: '2035-06-12T18:30:00.000Z',
      timeZone: 'Europe/Berlin',
      venue: 'Waldbühne',
      city: 'Berlin',
      category: 'classical',
      // A seller can offer a seat only once, and the scenarios repeat their indexes.
      seat: `Block C, row 7, seat ${randomUUID().slice(0, 13)}`,
      secret: 'A1B2',
    },
  };
}

export function createOrderCall(world: ServiceUrls, buyer: User, ticketId: string): Call {
  return {
    method: 'POST',
    url: world.url('orders', '/api/orders'),
    cookie: buyer.cookie,
    body: { ticketId },
  };
}

/** The item at an index, counting from the start again after the last one. */
export function at<T>(items: T[], index: number): T {
  return items[index % items.length] as T;
}
