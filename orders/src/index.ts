import {
  requestResync,
  connectMongo,
  connectToEvents,
  crashAt,
  createLogger,
  createOutbox,
  mongoDeadLetters,
  observeRevocations,
  configOrExit,
  serve,
} from '@ticketing/common';
import { createApp } from './app.ts';
import { readConfig } from './config.ts';
import { db } from './db.ts';
import { listen } from './listeners/index.ts';
import { Order } from './models/order.ts';
import { orderStreams } from './streams.ts';
import { startSweeper } from './sweeper.ts';

const config = configOrExit(() => readConfig(process.env));
const log = createLogger('orders', config.logLevel);
const crash = crashAt(config.crashAt);
await connectMongo(db, config.mongoUri, log);
const bus = await connectToEvents({
  ...config.nats,
  group: 'orders',
  deadLetters: mongoDeadLetters(db),
  log,
  crashPoint: crash,
  afterReset: () =>
    void requestResync({
      bus,
      log,
      source: 'orders',
      subjects: [
        'ticket:created',
        'ticket:updated',
        'ticket:reservation-refused',
        'payment:authorized',
        'payment:created',
        'payment:failed',
        'payment:refunded',
      ],
    }),
});
const outbox = createOutbox({ model: Order, kind: 'order', source: 'orders', bus, log, crash });
const revocations = observeRevocations(bus);
const streams = orderStreams(bus, revocations, log);
listen(bus, outbox);
const sweeper = startSweeper(outbox, log);
await serve(createApp({ config, outbox, streams, revocations, log }), {
  host: config.host,
  port: config.port,
  log,
  ready: [bus.ready(), revocations.replayed],
  details: () => ({ events: bus.status }),
  streams: [streams],
  close: [() => sweeper.close(), () => outbox.close(), () => bus.close(), () => db.disconnect()],
});
