import { configOrExit, createOutbox, mongoStore, observeRevocations, startService } from '@ticketing/common';
import { createApp } from './app.ts';
import { readConfig } from './config.ts';
import { db } from './db.ts';
import { subscribe } from './listeners/index.ts';
import { User } from './models/user.ts';
import { passwordChecker } from './password-checker.ts';

const config = configOrExit(() => readConfig(process.env));
await startService({
  name: 'auth',
  config,
  store: mongoStore(db, config.mongoUri),
  resync: { subjects: ['session:ended'] },
  build(context) {
    const { bus, log } = context;
    const revocations = observeRevocations(bus);
    const outbox = createOutbox({ model: User, kind: 'user', ...context });
    subscribe(bus);
    return {
      app: createApp({ config, log, outbox, revocations, checker: passwordChecker() }),
      ready: [revocations.replayed],
      details: () => ({ database: db.STATES[db.connection.readyState] }),
      stop: [() => outbox.close()],
    };
  },
});
