import type { CloudEvent, EventData } from '@ticketing/common';
import type { OrderFact } from './reservation.ts';

/** What an event of an order means to its ticket. */
export function orderFact(
  order: Pick<EventData<'order:updated'>, 'id' | 'userId' | 'reservationSeq'>,
  event: Pick<CloudEvent, 'time'>,
  happened: OrderFact['happened'],
): OrderFact {
  return {
    happened,
    orderId: order.id,
    buyerId: order.userId,
    reservationSeq: order.reservationSeq,
    at: new Date(event.time),
  };
}
