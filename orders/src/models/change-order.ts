import type { CancelReason, Outbox } from '@ticketing/common';
import { change } from '@ticketing/common';
import { countEnd } from '../order-metrics.ts';
import type { Fact, Purchase } from '../purchase.ts';
import { applyFact, isSilent, keepsTicket } from '../purchase.ts';
import { limitFieldsAfter } from '../reservation-limits.ts';
import {
  currentOrderEvent,
  findOrder,
  lastWrittenOrders,
  Order,
  orderEvent,
  orders,
  withoutOutbox,
} from './order.ts';

const REPUBLISH_EVERY_MS = 10_000;

/**
 * Applies a fact to an order by the rules, and stores its event in the same write. The fact may depend on the order.
 * `check` may throw to refuse a request; `guard` is a condition that only the database can evaluate, such as its clock.
 * @returns the changed order, or undefined when the fact changes nothing.
 */
export async function changeOrder(
  id: string,
  happened: Fact | ((order: Order) => Fact),
  { check, guard }: { check?: (order: Order) => void; guard?: Record<string, unknown> } = {},
): Promise<Order | undefined> {
  let ends = false;
  let silent = false;
  let reason: CancelReason | null | undefined;
  const changed = await change<Order>(Order, {
    kind: 'order',
    id,
    decide: (order) => {
      check?.(order);
      const fact = typeof happened === 'function' ? happened(order) : happened;
      const changes = applyFact(order, fact);
      ends = changes?.status === 'cancelled';
      silent = changes !== undefined && isSilent(changes);
      reason = changes?.reason;
      return changes && withHistory(order, changes, fact);
    },
    toEvent: (state) => (silent ? [] : orderEvent(ends ? 'order:cancelled' : 'order:updated', state)),
    unversioned: ['ticketConfirmed'],
    ...(guard && { guard }),
    lastWritten: lastWrittenOrders,
  });
  if (changed && reason) countEnd(reason);
  return changed;
}

/** Expires an order whose time is over, by the clock of the database, which all replicas share. */
export function expireOrder(id: string): Promise<Order | undefined> {
  return changeOrder(
    id,
    { event: 'expiration:complete' },
    { guard: { $expr: { $lte: ['$expiresAt', '$$NOW'] } } },
  );
}

function withHistory(order: Order, changes: Partial<Purchase>, { event }: Fact): Partial<Order> {
  const { status, ticketConfirmed } = { ...order, ...changes };
  // A refund of a part or a dispute: the order stays what it is, and `payment` has the details.
  if (!changes.status && (status === 'complete' || status === 'refunded')) return changes;
  const at = new Date();
  const entry = { at, status, event, ...(changes.reason && { reason: changes.reason }) };
  const isWaiting = status === 'awaiting:payment' || (status === 'created' && !ticketConfirmed);
  return {
    ...changes,
    history: [...order.history, entry],
    ...(isSilent(changes) && { confirmedSilently: true }),
    ...(changes.status && !keepsTicket(changes.status) && { reservationKey: order._id }),
    ...(changes.status && limitFieldsAfter(changes.status, changes.reason ?? null)),
    ...(changes.status && isWaiting && { republishAt: new Date(at.getTime() + REPUBLISH_EVERY_MS) }),
    ...(!isWaiting && { republishAt: undefined }),
  };
}

/** Up to `limit` orders whose time is over, by the clock of the database. */
export function overdueOrders(limit: number): Promise<{ _id: string }[]> {
  return orders
    .find({ status: 'created', $expr: { $lte: ['$expiresAt', '$$NOW'] } }, { projection: { _id: 1 } })
    .sort({ expiresAt: 1 })
    .limit(limit)
    .toArray();
}

/** Up to `limit` orders that have waited too long for an event of another service. */
export function ordersToRepublish(limit: number): Promise<Pick<Order, '_id' | 'republishAt'>[]> {
  return orders
    .find({ republishAt: { $lte: new Date() } }, { projection: { republishAt: 1 } })
    .sort({ republishAt: 1 })
    .limit(limit)
    .toArray();
}

/**
 * Claims the next republication of an order for this replica.
 * @returns the order's current state, or null when another replica claimed it first.
 */
export function claimRepublication({
  _id,
  republishAt,
}: Pick<Order, '_id' | 'republishAt'>): Promise<Order | null> {
  return orders.findOneAndUpdate(
    { _id, republishAt },
    { $set: { republishAt: new Date(Date.now() + REPUBLISH_EVERY_MS) } },
    { ...withoutOutbox, returnDocument: 'after', writeConcern: { w: 1 } },
  );
}

/** Republishes a cancelled order: a payment event for it means that payments has missed the cancellation. */
export async function republishIfCancelled(id: string, outbox: Outbox): Promise<void> {
  const order = await findOrder(id);
  if (order?.status === 'cancelled') outbox.republish(order, currentOrderEvent(order));
}
