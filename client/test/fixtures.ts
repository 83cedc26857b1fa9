import type { Order, Payment, Ticket } from '../src/lib/types.ts';

export const NOW = '2026-11-23T10:12:00.000Z';

const event = {
  title: 'Mahler: Symphony No. 5',
  price: 88,
  currency: 'eur',
  startsAt: '2027-01-23T18:30:00.000Z',
  timeZone: 'Europe/Vienna',
  venue: 'Stadtsaal',
  city: 'Vienna',
  seat: 'Parterre, row 8, seat 14',
};

export function aTicket(given: Partial<Ticket> = {}): Ticket {
  return {
    id: '6741b9e00000000000000001',
    version: 0,
    ...event,
    userId: '6741b9e000000000000000aa',
    status: 'available',
    createdAt: NOW,
    updatedAt: NOW,
    category: 'classical',
    faceValue: 80,
    hasSecret: true,
    ...given,
  };
}

export function anOrder(given: Partial<Order> = {}): Order {
  return {
    id: '6741b9e00000000000000002',
    version: 0,
    status: 'created',
    userId: '6741b9e000000000000000bb',
    expiresAt: '2026-11-23T10:22:00.000Z',
    serverNow: NOW,
    ticket: { id: aTicket().id, ...event, sellerId: aTicket().userId },
    history: [{ at: NOW, status: 'created', event: 'created' }],
    createdAt: '2026-11-23T10:07:00.000Z',
    ...given,
  };
}

export function aPayment(given: Partial<Payment> = {}): Payment {
  const { id, ticket } = anOrder();
  return {
    id,
    orderId: id,
    status: 'open',
    price: ticket.price,
    currency: ticket.currency,
    serverNow: NOW,
    ...given,
  };
}
