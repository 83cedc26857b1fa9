import type { Express, RequestHandler } from 'express';
import type { EventStreams, Limiter, Outbox, Revocations, ServiceContext } from '@ticketing/common';
import { addOperatorRoutes, operatorsOnly, serviceApp, sessionReader, withFastPath } from '@ticketing/common';
import type { Config } from './config.ts';
import { readFacts } from './facts.ts';
import type { Suspensions } from './models/seller.ts';
import type { Ticket } from './models/ticket.ts';
import type { Vocabulary } from './models/vocabulary.ts';
import {
  listSellerListings,
  restoreListingRoute,
  showListing,
  takeDownListingRoute,
} from './routes/admin/listings.ts';
import { listReports, resolveReportRoute } from './routes/admin/reports.ts';
import { deleteSearchRoute, markSearchSeenRoute } from './routes/change-search.ts';
import { createTicket } from './routes/create-ticket.ts';
import { listEventAddresses, listEventParts } from './routes/event-addresses.ts';
import { listEvents } from './routes/list-events.ts';
import { listSearches } from './routes/list-searches.ts';
import { listTickets } from './routes/list-tickets.ts';
import { reportTicket } from './routes/report-ticket.ts';
import { saveSearchRoute } from './routes/save-search.ts';
import { setSecret } from './routes/set-secret.ts';
import { showEvent } from './routes/show-event.ts';
import { showTicket } from './routes/show-ticket.ts';
import { streamTickets } from './routes/stream-tickets.ts';
import { suggestRoute } from './routes/suggest.ts';
import { updateTicket } from './routes/update-ticket.ts';
import { withdrawTicket } from './routes/withdraw-ticket.ts';
import type { TicketCache } from './ticket-cache.ts';

type Deps = {
  config: Pick<Config, 'trustProxy' | 'publicOrigins' | 'publicKeys' | 'cookieSecure' | 'currency' | 'rates'>;
  limiter: Limiter;
  outbox: Outbox;
  reportOutbox: Outbox;
  cache: TicketCache;
  streams: EventStreams<Ticket>;
  revocations: Pick<Revocations, 'isRevoked'>;
  suspensions: Pick<Suspensions, 'isSuspended'>;
  vocabulary: Vocabulary;
  context: Pick<ServiceContext, 'source' | 'bus' | 'deadLetters' | 'log'>;
};

export function createApp(deps: Deps) {
  const { config, limiter, outbox, cache, streams, revocations, suspensions, context, vocabulary } = deps;
  const { log } = context;
  const readSession = sessionReader(config.publicKeys, revocations, config.cookieSecure);
  const app = serviceApp({ config, readSession, log, outbox }, (app) => {
    const edits = limiter('edits', config.rates.edits);
    const searches = limiter('searches', config.rates.searches);
    app.get('/api/tickets', searches, listTickets(cache, vocabulary));
    app.post(
      '/api/tickets',
      limiter('listings', config.rates.listings),
      createTicket(outbox, suspensions, config.currency),
    );
    app.get('/api/tickets/stream', streamTickets(streams));
    app.get('/api/tickets/suggestions', searches, suggestRoute(vocabulary));
    app.get('/api/tickets/events', searches, listEvents(cache, vocabulary));
    app.get('/api/tickets/events/parts', searches, listEventParts());
    app.get('/api/tickets/events/addresses', searches, listEventAddresses());
    app.get('/api/tickets/events/:address/tickets', searches, showEvent());
    app.get('/api/tickets/saved/searches', searches, listSearches(vocabulary));
    app.post('/api/tickets/saved/searches', searches, saveSearchRoute(vocabulary));
    app.put('/api/tickets/saved/searches/:id/seen', searches, markSearchSeenRoute());
    app.delete('/api/tickets/saved/searches/:id', searches, deleteSearchRoute());
    app.get('/api/tickets/:id', showTicket(cache));
    app.put('/api/tickets/:id', edits, updateTicket(outbox));
    app.put('/api/tickets/:id/secret', edits, setSecret(outbox));
    app.delete('/api/tickets/:id', edits, withdrawTicket(outbox));
    app.post('/api/tickets/:id/reports', limiter('reports', config.rates.reports), reportTicket());
    const operators = operatorsOnly(limiter);
    addListingAdmin(app, operators, deps);
    addOperatorRoutes(app, '/api/tickets', { ...context, limiter, operators, readFacts });
  });
  return withFastPath(app, (req) => cache.getResponse(req.url ?? '', readSession(req)?.user));
}

/** What operators do with listings and with what users report about them. */
function addListingAdmin(app: Express, operators: RequestHandler[], deps: Deps): void {
  const { outbox, reportOutbox, suspensions, context } = deps;
  const { log } = context;
  const admin = { outbox, suspensions, log };
  app.get('/api/tickets/admin/listings', operators, listSellerListings());
  app.get('/api/tickets/admin/listings/:id', operators, showListing());
  app.post('/api/tickets/admin/listings/:id/take-down', operators, takeDownListingRoute(admin));
  app.post('/api/tickets/admin/listings/:id/restore', operators, restoreListingRoute(admin));
  app.get('/api/tickets/admin/reports', operators, listReports());
  app.post(
    '/api/tickets/admin/reports/:id/resolve',
    operators,
    resolveReportRoute({ outbox: reportOutbox, log }),
  );
}
