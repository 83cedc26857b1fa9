import type { CancelReason, OrderStatus } from '@ticketing/common';
import { HttpError, limitEnd } from '@ticketing/common';
import type { Purchase } from './purchase.ts';
import { isLive } from './purchase.ts';

/** How many tickets a buyer may have reserved at once, and how long a buyer waits before reserving the same ticket again. */
export type ReservationLimits = { maxReservations: number; cooldownMs: number };

/**
 * Whether the buyer waits before reserving the ticket again. Not when the seller, the card or the bank ended the order:
 * only ends that the buyer can repeat at will could keep a ticket from others for ever.
 */
export function startsCooldown(reason: CancelReason | null): boolean {
  return reason === 'buyer' || reason === 'expired';
}

/**
 * What a new status changes in the fields that the unique indexes of a buyer read: an order that is not live gives its
 * place back, and one that starts a cooldown keeps its claim on the ticket.
 */
export function limitFieldsAfter(
  status: OrderStatus,
  reason: CancelReason | null,
): { place?: undefined; claimed?: undefined } {
  if (isLive(status)) return {};
  return { place: undefined, ...(!startsCooldown(reason) && { claimed: undefined }) };
}

/** When the cooldown after a cancelled order ends, in milliseconds since 1970. A reservation that expired ended at its time. */
export function cooldownEndsAt(
  order: Pick<Purchase, 'reason'> & { expiresAt: Date; history: { at: Date; status: OrderStatus }[] },
  { cooldownMs }: ReservationLimits,
): number {
  const cancelledAt = order.history.find(({ status }) => status === 'cancelled')?.at ?? order.expiresAt;
  return (order.reason === 'expired' ? order.expiresAt : cancelledAt).getTime() + cooldownMs;
}

/**
 * A random place that none of the buyer's live orders has, so that simultaneous requests seldom choose the same one, or
 * undefined when the orders reach the limit. Orders without a place count too.
 */
export function choosePlace(
  live: readonly { place?: number | undefined }[],
  { maxReservations }: ReservationLimits,
  random: () => number = Math.random,
): number | undefined {
  if (live.length >= maxReservations) return undefined;
  const taken = new Set(live.map(({ place }) => place));
  const free = Array.from({ length: maxReservations }, (_, index) => index + 1).filter(
    (place) => !taken.has(place),
  );
  return free[Math.floor(random() * free.length)];
}

/** 409 for a buyer whose reservation of this ticket ended unpaid a short time ago. */
export function cooldownError(endsAt: number, now: number): HttpError {
  const message = 'You had this ticket reserved until a moment ago. For now only others can reserve it.';
  return limitError(409, 'cooldown', message, endsAt, now);
}

/** 429 for a buyer with as many live reservations as the limit allows; `endsAt` is when the first of them ends. */
export function reservationLimitError(
  { maxReservations }: ReservationLimits,
  endsAt: number,
  now: number,
): HttpError {
  const count = maxReservations === 1 ? '1 ticket' : `${maxReservations} tickets`;
  const message = `You can have at most ${count} reserved at a time. Pay for one or release one first.`;
  return limitError(429, 'reservation_limit', message, endsAt, now);
}

function limitError(status: number, code: string, message: string, endsAt: number, now: number): HttpError {
  return new HttpError(status, message, { code, ...limitEnd({ waitMs: Math.max(0, endsAt - now), now }) });
}
