import type { EventBus, EventData, EventStreams, Logger } from '@ticketing/common';
import type { FrontPage } from './front-page.ts';
import { publicTicket } from './models/public-ticket.ts';
import { findTicket } from './models/ticket.ts';
import type { Ticket } from './models/ticket.ts';

/** Makes every change of a ticket, whichever replica made it, known to the front page and the open streams of this process. */
export function observeTickets(deps: {
  bus: EventBus;
  front: FrontPage;
  streams: EventStreams<Ticket>;
  log: Logger;
}): void {
  const { bus, front, streams, log } = deps;

  // Events lack what only some may see, so the ticket is read, once for all readers.
  async function tell(id: string) {
    const ticket = await findTicket(id);
    if (ticket)
      streams.send(ticket, `${ticket._id}:${ticket.version}`, (viewer) => publicTicket(ticket, viewer));
  }

  function observed({ id }: Pick<EventData<'ticket:updated'>, 'id'>) {
    front.forget(id);
    if (streams.size === 0) return;
    tell(id).catch((err: unknown) => {
      log.warn({ err, id }, 'change of a ticket not streamed');
    });
  }

  bus.observe('ticket:created', observed);
  bus.observe('ticket:updated', observed);
  bus.observe('ticket:reservation-refused', observed);
}
