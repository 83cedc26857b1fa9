import type { EventHandler, Outbox } from '@ticketing/common';
import { changeOrder } from '../models/change-order.ts';
import { storeTicket } from '../models/ticket.ts';

export function whenReservationRefused(outbox: Outbox): EventHandler<'ticket:reservation-refused'> {
  return async (ticket) => {
    await storeTicket(ticket);
    const order = await changeOrder(ticket.refusedOrderId, { event: 'ticket:reservation-refused' });
    if (order) outbox.flush(order);
  };
}
