import type { EventBus, EventHandler, Logger } from '@ticketing/common';
import { resync } from '@ticketing/common';
import { activeTickets, Ticket } from '../models/ticket.ts';
import { ticketEvent } from '../models/ticket-event.ts';

/** Republishes the current state of every ticket, or of every active one, for a service that may have lost events. */
export function whenResyncRequested(bus: EventBus, log: Logger): EventHandler<'resync:requested'> {
  return async ({ id, subjects, activeOnly }) => {
    if (!subjects.some((subject) => subject.startsWith('ticket:'))) return;
    const count = await resync<Ticket>(
      { model: Ticket, kind: 'ticket', source: 'tickets', bus, toEvent: ticketEvent },
      activeOnly ? activeTickets : {},
    );
    log.info({ resync: id, count }, 'tickets republished');
  };
}
