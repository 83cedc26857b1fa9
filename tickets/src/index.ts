import {
  configOrExit,
  createOutbox,
  eventStreams,
  mongoCounts,
  mongoStore,
  observeRevocations,
  requestLimits,
  resyncs,
  startService,
} from '@ticketing/common';
import { createApp } from './app.ts';
import { readConfig } from './config.ts';
import { db } from './db.ts';
import { subscribe } from './listeners/index.ts';
import { respondToResyncs } from './listeners/resync-requested.ts';
import { storeEventsFirst } from './models/listed-event.ts';
import { startRebuilding } from './models/rebuild-search-keys.ts';
import { Report } from './models/report.ts';
import { observeSuspensions } from './models/seller.ts';
import { storeOfferKeys } from './models/store-offer-keys.ts';
import { Ticket } from './models/ticket.ts';
import { createWordIndex } from './models/word-index.ts';
import { observeTickets } from './observe-tickets.ts';
import { createTicketCache, invalidateOnFlush } from './ticket-cache.ts';

const config = configOrExit(() => readConfig(process.env));
const limiter = requestLimits({ isOn: config.hasLimits, store: mongoCounts(db) });
await startService({
  name: 'tickets',
  config,
  store: mongoStore(db, config, (log) => storeOfferKeys(log)),
  resync: resyncs.tickets,
  build(context) {
    const { bus, log } = context;
    const cache = createTicketCache();
    const outbox = invalidateOnFlush(
      cache,
      createOutbox<Ticket>({
        model: Ticket,
        kind: 'ticket',
        maxWaiting: config.maxWaitingEvents,
        ...context,
        bus: storeEventsFirst(bus),
      }),
    );
    const reportOutbox = createOutbox({ model: Report, kind: 'report', ...context });
    const revocations = observeRevocations(bus);
    const suspensions = observeSuspensions(bus);
    const streams = eventStreams<Ticket>({ event: 'ticket', revocations });
    const words = createWordIndex(bus, log);
    observeTickets({ bus, cache, streams, log });
    subscribe(bus, outbox, log);
    const republisher = respondToResyncs(context);
    // In the background: until it is done, a search misses what the earlier version did not store.
    const rebuilding = startRebuilding(log);
    return {
      app: createApp({
        config,
        limiter,
        outbox,
        reportOutbox,
        cache,
        streams,
        revocations,
        suspensions,
        vocabulary: words.vocabulary,
        context,
      }),
      ready: [revocations.replayed, suspensions.loaded],
      details: () => ({ streams: streams.size }),
      streams: [streams],
      stop: [
        () => republisher.close(),
        () => rebuilding.close(),
        () => outbox.close(),
        () => reportOutbox.close(),
        () => words.close(),
      ],
    };
  },
});
