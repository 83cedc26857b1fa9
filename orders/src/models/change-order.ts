import { change } from '@ticketing/common';
import type { Outbox } from '@ticketing/common';
import { applyFact, keepsTicket } from '../purchase.ts';
import type { Fact, Purchase } from '../purchase.ts';
import { orderEvent, currentOrderEvent, findOrder, Order, orders, withoutOutbox } from './order.ts';

const REMIND_EVERY_MS = 10_000;

/**
 * Applies a fact to an order as the rules say, its event in the same write. `check` may throw to refuse a request.
 * @returns the changed order, or undefined where the fact changes nothing.
 */
export async function apply(
  id: string,
  fact: Fact,
  { check, guard }: { check?: (order: Order) => void; guard?: Record<string, unknown> } = {},
): Promise<Order | undefined> {
  let ends = false;
  return change<Order>(
    Order,
    'order',
    id,
    (order) => {
      check?.(order);
      const changes = applyFact(order, fact);
      ends = changes?.status === 'cancelled';
      return changes && recorded(order, changes, fact);
    },
    (state) => orderEvent(ends ? 'order:cancelled' : 'order:updated', state),
    guard,
  );
}

/** Ends an order whose time is over; the database's clock, which all replicas share, judges in the same write. */
export function expire(id: string): Promise<Order | undefined> {
  return apply(id, { event: 'expiration:complete' }, { guard: { $expr: { $lte: ['$expiresAt', '$$NOW'] } } });
}

function recorded(order: Order, changes: Partial<Purchase>, { event }: Fact): Partial<Order> {
  const { status, ticketConfirmed } = { ...order, ...changes };
  const at = new Date();
  const entry = { at, status, event, ...(changes.reason && { reason: changes.reason }) };
  const waits = status === 'awaiting:payment' || (status === 'created' && !ticketConfirmed);
  return {
    ...changes,
    history: [...order.history, entry],
    ...(changes.status && !keepsTicket(changes.status) && { reservationKey: order._id }),
    ...(changes.status && waits && { remindAt: new Date(at.getTime() + REMIND_EVERY_MS) }),
    ...(!waits && { remindAt: undefined }),
  };
}

/** The next orders whose time is over, by the database's clock. */
export function overdueOrders(limit: number): Promise<{ _id: string }[]> {
  return orders
    .find({ status: 'created', $expr: { $lte: ['$expiresAt', '$$NOW'] } }, { projection: { _id: 1 } })
    .sort({ expiresAt: 1 })
    .limit(limit)
    .toArray();
}

/** The next orders that wait too long for an answer. */
export function ordersToRemind(limit: number): Promise<Pick<Order, '_id' | 'remindAt'>[]> {
  return orders
    .find({ remindAt: { $lte: new Date() } }, { projection: { remindAt: 1 } })
    .sort({ remindAt: 1 })
    .limit(limit)
    .toArray();
}

/** Puts an order's next reminder off. @returns its present state, or null when another replica was faster. */
export function claimReminder({ _id, remindAt }: Pick<Order, '_id' | 'remindAt'>): Promise<Order | null> {
  return orders.findOneAndUpdate(
    { _id, remindAt },
    { $set: { remindAt: new Date(Date.now() + REMIND_EVERY_MS) } },
    { ...withoutOutbox, returnDocument: 'after', writeConcern: { w: 1 } },
  );
}

/** Money that moves for a cancelled order says that its mover missed the cancellation, so it is told again. */
export async function tellIfCancelled(id: string, outbox: Outbox): Promise<void> {
  const order = await findOrder(id);
  if (order?.status === 'cancelled') outbox.republish(order, currentOrderEvent(order));
}
