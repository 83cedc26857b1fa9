import type { Ids, Moment, StoredFacts } from '@ticketing/common';
import { waitingEvents } from '@ticketing/common';
import type { Order } from './models/order.ts';
import { orders } from './models/order.ts';
import { findReplicas } from './models/ticket.ts';

/** How many orders of a buyer, and of all orders on a ticket, are read: the newest. */
const MOST_OF_BUYER = 20;
const MOST_ON_TICKET = 50;

/** What orders knows: the orders looked for, all orders on their tickets, and its copies of these tickets. */
export async function readFacts(ids: Ids): Promise<StoredFacts> {
  const wanted = await findOrders(ids);
  const ticketIds = [...new Set([...ids.tickets, ...wanted.map(({ ticket }) => ticket.id)])];
  const onTickets = await Promise.all(ticketIds.map(findOrdersOn));
  const found = [...new Map([...wanted, ...onTickets.flat()].map((order) => [order._id, order])).values()];
  const replicas = await findReplicas(ticketIds);
  return {
    moments: found.flatMap(momentsOf),
    orders: found.map(({ _id: id, version, status, reason, userId, expiresAt, ticket }) => ({
      ...{ id, version, status, reason, buyerId: userId },
      expiresAt: expiresAt.toISOString(),
      ticket: { id: ticket.id, amount: ticket.amount, currency: ticket.currency },
    })),
    replicas: replicas.map(({ _id: id, version }) => ({ id, version })),
    waiting: waitingEvents(found),
  };
}

async function findOrders({ orders: orderIds, users }: Ids): Promise<Order[]> {
  const [named, bought] = await Promise.all([
    orders.find({ _id: { $in: orderIds } }).toArray(),
    orders
      .find({ userId: { $in: users } })
      .sort({ createdAt: -1, _id: -1 })
      .limit(MOST_OF_BUYER)
      .toArray(),
  ]);
  return [...named, ...bought];
}

function findOrdersOn(ticketId: string): Promise<Order[]> {
  return orders.find({ 'ticket.id': ticketId }).sort({ reservationSeq: -1 }).limit(MOST_ON_TICKET).toArray();
}

/**
 * The history of an order. Each version adds one entry, except those after a sale that change only its payment. An entry of a
 * change without an event has no version.
 */
function momentsOf({ _id, version, ticket, history, confirmedSilently }: Order): Moment[] {
  const silentAt = confirmedSilently ? history.findIndex(({ event }) => event === 'ticket:updated') : -1;
  const versions = silentAt < 0 ? history.length : history.length - 1;
  const isComplete = version === versions - 1;
  let next = 0;
  const saleAt = history.findIndex(({ status }) => status === 'complete');
  return history.map((entry, index) => {
    const { at, event } = entry;
    const isCounted = index !== silentAt && (isComplete || index <= saleAt);
    return {
      at: at.toISOString(),
      ...{ service: 'orders', kind: 'order', id: _id, orderId: _id, ticketId: ticket.id },
      ...(isCounted && { version: next++ }),
      what: describe(entry, history[index - 1]?.status),
      by: event === 'order:created' || event === 'order:cancelled' ? 'the buyer' : event,
    };
  });
}

/** A change that keeps the status is one of the two that an order waits for, or a result for its payment. */
function describe({ status, reason, event }: Order['history'][number], before: Order['status'] | undefined) {
  const steps: Record<string, string> = {
    'ticket:updated': 'ticket confirmed',
    'payment:authorized': 'payment authorized',
  };
  if (status === before) return `order ${status}, ${steps[event] ?? 'payment recorded'}`;
  return `order ${status}${reason ? ` (${reason})` : ''}`;
}
