import { eventStreams } from '@ticketing/common';
import type { EventBus, EventData, EventStreams, Logger, Revocations } from '@ticketing/common';
import { publicTicket } from './models/public-ticket.ts';
import { findTicket } from './models/ticket.ts';
import type { Ticket } from './models/ticket.ts';

/** The open streams of this process: every change of a ticket, whichever replica made it. */
export function ticketStreams(
  bus: EventBus,
  revocations: Pick<Revocations, 'onEnded'>,
  log: Logger,
): EventStreams<Ticket> {
  const streams = eventStreams<Ticket>({ event: 'ticket', revocations });

  // Events lack what only some may see, so the ticket is read, once for all readers.
  async function tell(id: string) {
    const ticket = await findTicket(id);
    if (ticket)
      streams.send(ticket, `${ticket._id}:${ticket.version}`, (viewer) => publicTicket(ticket, viewer));
  }

  function observed({ id }: Pick<EventData<'ticket:updated'>, 'id'>) {
    if (streams.size === 0) return;
    tell(id).catch((err: unknown) => {
      log.warn({ err, id }, 'change of a ticket not streamed');
    });
  }

  bus.observe('ticket:created', observed);
  bus.observe('ticket:updated', observed);
  bus.observe('ticket:reservation-refused', observed);
  return streams;
}
