import {
  configOrExit,
  createOutbox,
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
import { Order } from './models/order.ts';
import { storePlaces } from './models/store-places.ts';
import { orderStreams } from './streams.ts';
import { startSweeper } from './sweeper.ts';

const config = configOrExit(() => readConfig(process.env));
const { hasLimits, reservationLimits } = config;
const limiter = requestLimits({ isOn: hasLimits, store: mongoCounts(db) });
await startService({
  name: 'orders',
  config,
  store: mongoStore(db, config, reservationLimits && (() => storePlaces(reservationLimits))),
  resync: resyncs.orders,
  build(context) {
    const { bus, log } = context;
    const outbox = createOutbox({
      model: Order,
      kind: 'order',
      maxWaiting: config.maxWaitingEvents,
      ...context,
    });
    const revocations = observeRevocations(bus);
    const streams = orderStreams(bus, revocations, log);
    subscribe(bus, outbox, log);
    const republisher = respondToResyncs(context);
    const sweeper = startSweeper(outbox, log);
    return {
      app: createApp({ config, limiter, context, outbox, streams, revocations }),
      ready: [revocations.replayed],
      streams: [streams],
      stop: [() => republisher.close(), () => sweeper.close(), () => outbox.close()],
    };
  },
});
