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
import { passwordGate } from './gate.ts';
import { listen } from './listeners/index.ts';
import { User } from './models/user.ts';

const config = configOrExit(() => readConfig(process.env));
const log = createLogger('auth', config.logLevel);
const crash = crashAt(config.crashAt);
const bus = await connectToEvents({
  ...config.nats,
  group: 'auth',
  deadLetters: mongoDeadLetters(db),
  log,
  crashPoint: crash,
  afterReset: () => void requestResync({ bus, log, source: 'auth', subjects: ['session:ended'] }),
});
const revocations = observeRevocations(bus);
await connectMongo(db, config.mongoUri, log);
listen(bus);
const outbox = createOutbox({ model: User, kind: 'user', source: 'auth', bus, log, crash });
await serve(createApp({ config, log, outbox, revocations, gate: passwordGate() }), {
  host: config.host,
  port: config.port,
  log,
  ready: [bus.ready(), revocations.replayed],
  details: () => ({ events: bus.status, database: db.STATES[db.connection.readyState] }),
  close: [() => outbox.close(), () => bus.close(), () => db.disconnect()],
});
