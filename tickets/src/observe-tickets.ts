import type { EventBus, EventData, EventStreams, Logger } from '@ticketing/common';
import { publicTicket } from './models/public-ticket.ts';
import type { Ticket } from './models/ticket.ts';
import { findTicket } from './models/ticket.ts';
import type { TicketCache } from './ticket-cache.ts';

/** Invalidates the cache and updates the open streams of this process when any replica changes a ticket. */
export function observeTickets(deps: {
  bus: EventBus;
  cache: TicketCache;
  streams: EventStreams<Ticket>;
  log: Logger;
}): void {
  const { bus, cache, streams, log } = deps;

  // Events lack the fields that only seller and buyer may see, so the ticket is read, once for all streams.
  async function send(id: string) {
    const ticket = await findTicket(id);
    if (ticket)
      streams.send(ticket, `${ticket._id}:${ticket.version}`, (viewer) => publicTicket(ticket, viewer));
  }

  function whenTicketChanged({ id }: Pick<EventData<'ticket:updated'>, 'id'>) {
    cache.invalidate(id);
    if (streams.size === 0) return;
    send(id).catch((err: unknown) => {
      log.warn({ err, id }, 'ticket change not streamed');
    });
  }

  bus.observe('ticket:created', whenTicketChanged);
  bus.observe('ticket:updated', whenTicketChanged);
  bus.observe('ticket:reservation-refused', whenTicketChanged);
}
