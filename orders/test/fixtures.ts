import type { EventData } from '@ticketing/common';
import { newId } from '@ticketing/common';
import { Order } from '../src/models/order.ts';
import type { Ticket } from '../src/models/ticket.ts';
import { findTicket, storeTicket } from '../src/models/ticket.ts';

/** Event data of a ticket. */
export function ticketData(
  overrides: Partial<EventData<'ticket:updated'>> = {},
): EventData<'ticket:updated'> {
  return {
    id: newId(),
    version: 0,
    status: 'available',
    title: 'Nick Cave & The Bad Seeds',
    amount: 8950,
    currency: 'eur',
    userId: newId(),
    orderId: null,
    reservationSeq: 0,
    startsAt: '2035-06-12T18:30:00.000Z',
    timeZone: 'Europe/Berlin',
    venue: 'Waldbühne',
    city: 'Berlin',
    seat: 'Block C, row 7, seat 21',
    createdAt: '2026-11-01T09:00:00.000Z',
    updatedAt: '2026-11-01T09:00:00.000Z',
    ...overrides,
  };
}

/** A ticket in the replica of this service. */
export async function aTicket(overrides: Partial<EventData<'ticket:updated'>> = {}): Promise<Ticket> {
  const data = ticketData(overrides);
  await storeTicket(data);
  return (await findTicket(data.id)) as Ticket;
}

const MINUTE = 60_000;

/** Stores an order in the given state, with an empty outbox. */
export async function anOrder(overrides: Partial<Order> = {}): Promise<Order> {
  const _id = overrides._id ?? newId();
  const { id, version, title, amount, currency, userId: sellerId } = ticketData();
  const ticket = overrides.ticket ?? { id, version, title, amount, currency, sellerId };
  const createdAt = overrides.createdAt ?? new Date();
  const status = overrides.status ?? 'created';
  const order: Order = {
    _id,
    version: 0,
    userId: newId(),
    ticket,
    status,
    reason: null,
    expiresAt: new Date(Date.now() + 15 * MINUTE),
    reservationKey: status === 'cancelled' ? _id : ticket.id,
    reservationSeq: 1,
    ticketConfirmed: false,
    paymentAuthorized: false,
    payment: null,
    history: [{ at: createdAt, status: 'created', event: 'order:created' }],
    createdAt,
    outbox: [],
    ...overrides,
  };
  await Order.collection.insertOne({ ...order } as never);
  return order;
}

/** Event data of a payment. */
export function paymentData(
  order: Order,
  overrides: Partial<EventData<'payment:created'>> = {},
): EventData<'payment:created'> {
  return {
    id: order._id,
    version: 1,
    orderId: order._id,
    userId: order.userId,
    status: 'authorized',
    amount: order.ticket.amount,
    currency: order.ticket.currency,
    refundedAmount: 0,
    ...overrides,
  };
}
