import {
  requestGuard,
  errorHandler,
  jsonBody,
  notFound,
  session,
  sessionReader,
  withFastPath,
} from '@ticketing/common';
import type { EventStreams, Logger, Outbox, PublicKey, Revocations } from '@ticketing/common';
import express from 'express';
import type { FrontPage } from './front-page.ts';
import type { Ticket } from './models/ticket.ts';
import { createTicket } from './routes/create-ticket.ts';
import { listTickets } from './routes/list-tickets.ts';
import { showTicket } from './routes/show-ticket.ts';
import { streamTickets } from './routes/stream-tickets.ts';
import { updateTicket } from './routes/update-ticket.ts';
import { withdrawTicket } from './routes/withdraw-ticket.ts';

/** The HTTP surface of tickets. */
export function createApp(deps: {
  outbox: Outbox;
  front: FrontPage;
  streams: EventStreams<Ticket>;
  publicKeys: PublicKey[];
  revocations: Pick<Revocations, 'isRevoked'>;
  log: Logger;
  publicOrigins: string[];
  trustProxy: number;
  currency: string;
}) {
  const { outbox, front, streams, publicKeys, revocations, log, publicOrigins, trustProxy, currency } = deps;
  const readSession = sessionReader(publicKeys, revocations);
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', trustProxy);
  app.set('query parser', 'simple');
  app.use(requestGuard({ publicOrigins, log }), jsonBody, session(publicKeys, revocations, readSession));
  app.get('/api/tickets', listTickets(front));
  app.post('/api/tickets', createTicket(outbox, currency));
  app.get('/api/tickets/stream', streamTickets(streams));
  app.get('/api/tickets/:id', showTicket(front));
  app.put('/api/tickets/:id', updateTicket(outbox));
  app.delete('/api/tickets/:id', withdrawTicket(outbox));
  app.use(notFound, errorHandler(log));
  return withFastPath(app, (req) => front.prepared(req.url ?? '', readSession(req)?.user));
}
