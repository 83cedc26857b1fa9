import type { EventData, Outbox } from '@ticketing/common';
import { apply } from '../models/change-order.ts';
import { storeTicket } from '../models/ticket.ts';

export function whenReservationRefused(outbox: Outbox) {
  return async (ticket: EventData<'ticket:reservation-refused'>) => {
    await storeTicket(ticket);
    const order = await apply(ticket.refusedOrderId, { event: 'ticket:reservation-refused' });
    if (order) outbox.flush(order);
  };
}
