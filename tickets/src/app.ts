import type { EventStreams, Limiter, Logger, Outbox, Revocations } from '@ticketing/common';
import { serviceApp, sessionReader, withFastPath } from '@ticketing/common';
import type { Config } from './config.ts';
import type { Suspensions } from './models/seller.ts';
import type { Ticket } from './models/ticket.ts';
import { createTicket } from './routes/create-ticket.ts';
import { listTickets } from './routes/list-tickets.ts';
import { setSecret } from './routes/set-secret.ts';
import { showTicket } from './routes/show-ticket.ts';
import { streamTickets } from './routes/stream-tickets.ts';
import { updateTicket } from './routes/update-ticket.ts';
import { withdrawTicket } from './routes/withdraw-ticket.ts';
import type { TicketCache } from './ticket-cache.ts';

export function createApp(deps: {
  config: Pick<Config, 'trustProxy' | 'publicOrigins' | 'publicKeys' | 'cookieSecure' | 'currency' | 'rates'>;
  limiter: Limiter;
  outbox: Outbox;
  cache: TicketCache;
  streams: EventStreams<Ticket>;
  revocations: Pick<Revocations, 'isRevoked'>;
  suspensions: Pick<Suspensions, 'isSuspended'>;
  log: Logger;
}) {
  const { config, limiter, outbox, cache, streams, revocations, suspensions, log } = deps;
  const readSession = sessionReader(config.publicKeys, revocations, config.cookieSecure);
  const app = serviceApp({ config, readSession, log, outbox }, (app) => {
    const edits = limiter('edits', config.rates.edits);
    app.get('/api/tickets', limiter('searches', config.rates.searches), listTickets(cache));
    app.post(
      '/api/tickets',
      limiter('listings', config.rates.listings),
      createTicket(outbox, suspensions, config.currency),
    );
    app.get('/api/tickets/stream', streamTickets(streams));
    app.get('/api/tickets/:id', showTicket(cache));
    app.put('/api/tickets/:id', edits, updateTicket(outbox));
    app.put('/api/tickets/:id/secret', edits, setSecret(outbox));
    app.delete('/api/tickets/:id', edits, withdrawTicket(outbox));
  });
  return withFastPath(app, (req) => cache.getResponse(req.url ?? '', readSession(req)?.user));
}
