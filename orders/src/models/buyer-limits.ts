import { isLive, isOverdue } from '../purchase.ts';
import type { ReservationLimits } from '../reservation-limits.ts';
import { choosePlace, cooldownEndsAt, cooldownError, reservationLimitError } from '../reservation-limits.ts';
import { expireOrder } from './change-order.ts';
import type { Order } from './order.ts';
import { liveOrdersOf, orders, withoutOutbox } from './order.ts';

/**
 * What a buyer may do after the index on claims refused an order: returns when the claim is released or that of a live
 * order, so that the next insert decides. Throws HttpError 409 `cooldown` until the cooldown is over.
 */
export async function releaseClaim(
  userId: string,
  ticketId: string,
  limits: ReservationLimits,
): Promise<void> {
  const claim = await orders.findOne({ userId, 'ticket.id': ticketId, claimed: true }, withoutOutbox);
  if (!claim || isLive(claim.status)) return;
  const now = Date.now();
  const endsAt = cooldownEndsAt(claim, limits);
  if (endsAt > now) throw cooldownError(endsAt, now);
  await orders.updateOne({ _id: claim._id, status: claim.status }, { $unset: { claimed: '' } });
}

/**
 * A free place of a buyer after the index on places refused an order. Expires overdue orders to make room; their events
 * are still to be flushed. Throws HttpError 429 `reservation_limit` when the buyer has no place left.
 */
export async function freePlace(
  userId: string,
  limits: ReservationLimits,
): Promise<{ place: number; expired: Order[] }> {
  const live = await liveOrdersOf(userId);
  const now = Date.now();
  const results = await Promise.all(
    live.filter((order) => isOverdue(order, now)).map(({ _id }) => expireOrder(_id)),
  );
  const expired = results.filter((order) => order !== undefined);
  const left = live.filter(({ _id }) => !expired.some((order) => order._id === _id));
  const place = choosePlace(left, limits);
  if (place !== undefined) return { place, expired };
  const endsAt = Math.min(...left.map(({ expiresAt }) => expiresAt.getTime()));
  throw reservationLimitError(limits, endsAt, now);
}
