import type { Republisher, ServiceContext } from '@ticketing/common';
import { createRepublisher } from '@ticketing/common';
import { activeTickets, Ticket } from '../models/ticket.ts';
import { ticketEvent } from '../models/ticket-event.ts';

type Scope = { activeOnly: boolean };

/** Republishes the current state of every ticket, or of every active one, for a service that may have lost events. */
export function respondToResyncs(context: ServiceContext): Republisher<Scope> {
  const tickets = createRepublisher({
    model: Ticket,
    kind: 'ticket',
    ...context,
    toEvent: ticketEvent,
    filterOf: ({ activeOnly }: Scope) => (activeOnly ? activeTickets : {}),
  });
  context.bus.subscribe('resync:requested', async ({ subjects, activeOnly }) => {
    if (subjects.some((subject) => subject.startsWith('ticket:'))) await tickets.request({ activeOnly });
  });
  return tickets;
}
