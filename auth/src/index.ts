import {
  configOrExit,
  createOutbox,
  mongoCounts,
  mongoStore,
  observeRevocations,
  requestLimits,
  resyncs,
  sessionReader,
  startService,
} from '@ticketing/common';
import { createApp } from './app.ts';
import { readConfig } from './config.ts';
import { db } from './db.ts';
import { createDevices } from './devices.ts';
import { followEndedSessions } from './follow-ended-sessions.ts';
import { subscribe } from './listeners/index.ts';
import { respondToResyncs } from './listeners/resync-requested.ts';
import { networkIds } from './lockout.ts';
import { canonicalizeEmails } from './models/canonicalize-emails.ts';
import { EndedSession } from './models/ended-session.ts';
import { User } from './models/user.ts';
import { passwordChecker } from './password-checker.ts';
import { emailHashes } from './security-log.ts';
import { createSessions } from './sessions.ts';

const config = configOrExit(() => readConfig(process.env));
const limiter = requestLimits({ isOn: config.hasLimits, store: mongoCounts(db) });
await startService({
  name: 'auth',
  config,
  store: mongoStore(db, config, canonicalizeEmails),
  resync: resyncs.auth,
  build(context) {
    const { bus, log } = context;
    const revocations = observeRevocations(bus);
    const outbox = createOutbox({ model: User, kind: 'user', ...context });
    const sessionOutbox = createOutbox({ model: EndedSession, kind: 'session', ...context });
    const ended = followEndedSessions(revocations, log);
    const { signingKey, publicKeys, cookieSecure } = config;
    const readSession = sessionReader(publicKeys, revocations, cookieSecure);
    const devices = createDevices(signingKey.key, cookieSecure);
    const sessions = createSessions({ signingKey, outbox, sessionOutbox, revocations, readSession, devices });
    const networkId = networkIds(signingKey.key);
    const hashEmail = emailHashes(config.securityLogKey, signingKey.key);
    subscribe(bus, { outbox, log, maxSellerRefunds: config.maxSellerRefunds });
    const republishers = respondToResyncs(context);
    return {
      app: createApp({
        config,
        limiter,
        context,
        sessions,
        readSession,
        checker: passwordChecker({ networkId, devices }),
        devices,
        networkId,
        hashEmail,
      }),
      ready: [revocations.replayed, ended.loaded],
      details: () => ({ database: db.STATES[db.connection.readyState] }),
      stop: [
        () => republishers.close(),
        () => ended.close(),
        () => outbox.close(),
        () => sessionOutbox.close(),
      ],
    };
  },
});
