import { configOrExit, connectMongo, crashAt, createLogger } from '@ticketing/common';
import { noCardGuard } from './card-guard.ts';
import { readReconcileConfig } from './config.ts';
import { db } from './db.ts';
import { recordReconciliation } from './models/reconciliation.ts';
import { reconcile } from './reconcile.ts';
import { createStripeGateway } from './stripe.ts';

const config = configOrExit(() => readReconcileConfig());
const log = createLogger('payments-reconcile', config.logLevel, { fd: 2 });
await connectMongo(db, config.mongoUri, log, { ca: config.mongoCa });
const gateway = createStripeGateway(config.stripe, ''); // no call here returns to a page
// The running service refunds and publishes what this program stores.
const outbox = {
  flush: () => undefined,
  republish: () => undefined,
  isFull: () => false,
  close: () => Promise.resolve(),
};
const worker = { enqueue: () => undefined };
const deps = { gateway, outbox, log, crash: crashAt(config.crashAt), cards: noCardGuard };
const differences = await recordReconciliation(() => reconcile(deps, worker));
process.stdout.write(`${JSON.stringify(differences, null, 2)}\n`);
await db.disconnect();
process.exitCode = differences.length > 0 ? 1 : 0;
