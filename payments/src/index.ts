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
import { cardGuard, noCardGuard } from './card-guard.ts';
import { readConfig } from './config.ts';
import { db } from './db.ts';
import { measureDisputes } from './dispute-metrics.ts';
import { subscribe } from './listeners/index.ts';
import { respondToResyncs } from './listeners/resync-requested.ts';
import { Payment } from './models/payment.ts';
import { startReconciler } from './reconcile.ts';
import { createStripeGateway } from './stripe.ts';
import { startWorker } from './worker.ts';

const config = configOrExit(() => readConfig(process.env));
const { hasLimits, rates } = config;
const limiter = requestLimits({ isOn: hasLimits, store: mongoCounts(db) });
measureDisputes();
await startService({
  name: 'payments',
  config,
  store: mongoStore(db, config),
  resync: resyncs.payments,
  build(context) {
    const { bus, log, crash } = context;
    const revocations = observeRevocations(bus);
    const outbox = createOutbox({
      model: Payment,
      kind: 'payment',
      maxWaiting: config.maxWaitingEvents,
      ...context,
    });
    const gateway = createStripeGateway(config.stripe, config.publicOrigins[0] ?? '');
    const cards = hasLimits ? cardGuard(rates.declines) : noCardGuard;
    const deps = { gateway, outbox, log, crash, cards };
    const worker = startWorker(deps);
    const reconciler = startReconciler(deps, worker);
    subscribe(bus, deps, worker);
    const republisher = respondToResyncs(context);
    return {
      app: createApp({ config, limiter, cards, revocations, gateway, worker, outbox, context }),
      ready: [revocations.replayed],
      stop: [() => republisher.close(), () => reconciler.close(), () => worker.close(), () => outbox.close()],
    };
  },
});
