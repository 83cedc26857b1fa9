import {
  requestResync,
  connectMongo,
  connectToEvents,
  crashAt,
  createLogger,
  createOutbox,
  eventStreams,
  mongoDeadLetters,
  observeRevocations,
  configOrExit,
  orderEvents,
  serve,
} from '@ticketing/common';
import { createApp } from './app.ts';
import { readConfig } from './config.ts';
import { db } from './db.ts';
import { forgetting, frontPage } from './front-page.ts';
import { listen } from './listeners/index.ts';
import { Ticket } from './models/ticket.ts';
import { observeTickets } from './observe-tickets.ts';

const config = configOrExit(() => readConfig(process.env));
const log = createLogger('tickets', config.logLevel);
await connectMongo(db, config.mongoUri, log);
const crash = crashAt(config.crashAt);
const deadLetters = mongoDeadLetters(db);
const afterReset = () =>
  void requestResync({
    bus,
    log,
    source: 'tickets',
    subjects: orderEvents,
  });
const bus = await connectToEvents({
  ...config.nats,
  group: 'tickets',
  deadLetters,
  log,
  afterReset,
  crashPoint: crash,
});
const front = frontPage();
const relay = createOutbox<Ticket>({ model: Ticket, kind: 'ticket', source: 'tickets', bus, log, crash });
const outbox = forgetting(front, relay);
const revocations = observeRevocations(bus);
const streams = eventStreams<Ticket>({ event: 'ticket', revocations });
observeTickets({ bus, front, streams, log });
listen(bus, outbox, log);
await serve(createApp({ ...config, outbox, front, streams, revocations, log }), {
  host: config.host,
  port: config.port,
  log,
  ready: [bus.ready(), revocations.replayed],
  details: () => ({ events: bus.status, streams: streams.size }),
  streams: [streams],
  close: [() => outbox.close(), () => bus.close(), () => db.disconnect()],
});
