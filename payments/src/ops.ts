// The facts of payments and of Stripe for a timeline: node dist/ops.js --help
import { runMongoOps } from '@ticketing/common/ops';
import { readReconcileConfig } from './config.ts';
import { db } from './db.ts';
import { readFacts } from './facts.ts';
import { createStripeGateway } from './stripe.ts';

await runMongoOps('payments', db, (ids) => {
  const { stripe } = readReconcileConfig();
  return readFacts(ids, createStripeGateway(stripe, '')); // no call here returns to a page
});
