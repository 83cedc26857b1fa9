import {
  requestResync,
  connectMongo,
  connectToEvents,
  createLogger,
  createOutbox,
  mongoDeadLetters,
  observeRevocations,
  configOrExit,
  orderEvents,
  serve,
} from '@ticketing/common';
import { createApp } from './app.ts';
import { readConfig } from './config.ts';
import { db } from './db.ts';
import { listen } from './listeners/index.ts';
import { Payment } from './models/payment.ts';
import { startReconciler } from './reconcile.ts';
import { createTill } from './stripe.ts';
import { startWorker } from './worker.ts';

const config = configOrExit(() => readConfig(process.env));
const log = createLogger('payments', config.logLevel);
const { crash } = config;
const group = 'payments';
const bus = await connectToEvents({
  ...config.nats,
  group,
  deadLetters: mongoDeadLetters(db),
  log,
  crashPoint: crash,
  afterReset: () =>
    void requestResync({
      bus,
      log,
      source: group,
      subjects: orderEvents,
    }),
});
await connectMongo(db, config.mongoUri, log);
const revocations = observeRevocations(bus);
const outbox = createOutbox({ model: Payment, kind: 'payment', source: group, bus, log, crash });
const till = createTill(config.stripe, config.publicOrigins[0] ?? '');
const desk = { till, outbox, log, crash };
const worker = startWorker(desk);
const reconciler = startReconciler(desk, worker);
listen(bus, desk, worker);
await serve(createApp({ config, revocations, till, worker, outbox, log }), {
  host: config.host,
  port: config.port,
  log,
  ready: [bus.ready(), revocations.replayed],
  details: () => ({ events: bus.status }),
  close: [reconciler, worker, outbox, bus].map((part) => () => part.close()).concat(() => db.disconnect()),
});
