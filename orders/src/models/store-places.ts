import { duplicateKey } from '@ticketing/common';
import { liveStatuses } from '../purchase.ts';
import type { ReservationLimits } from '../reservation-limits.ts';
import { choosePlace } from '../reservation-limits.ts';
import { liveOrdersOf, orders } from './order.ts';

/**
 * Gives each live order without a place one of its buyer's free places, so that it counts toward the limit: orders from
 * before the limits, and orders made while they were off. Beyond the limit they stay without. Repeating it is harmless.
 */
export async function storePlaces(limits: ReservationLimits): Promise<void> {
  const uncounted = orders
    .find(
      { status: { $in: liveStatuses }, place: { $exists: false } },
      { projection: { userId: 1, status: 1 } },
    )
    .hint('status_1_expiresAt_1');
  for await (const { _id, userId, status } of uncounted) {
    const others = (await liveOrdersOf(userId)).filter(({ place }) => place !== undefined);
    const place = choosePlace(others, limits);
    if (place !== undefined) await storePlace(_id, status, place);
  }
}

/** Only while the order is live. Another replica may have used the place meanwhile: then the order stays without. */
async function storePlace(_id: string, status: string, place: number): Promise<void> {
  try {
    await orders.updateOne({ _id, status, place: { $exists: false } } as object, { $set: { place } });
  } catch (error) {
    if (duplicateKey(error) === undefined) throw error;
  }
}
