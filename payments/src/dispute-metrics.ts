import { Gauge } from 'prom-client';
import { payments } from './models/payment.ts';
import { awaitingEvidence } from './returned-money.ts';

/** Counts in the database at each scrape, so that every replica and restart reports the same number. */
export function measureDisputes(): Gauge {
  return new Gauge({
    name: 'ticketing_disputes_awaiting_evidence',
    help: 'Disputed payments whose bank waits for evidence',
    async collect() {
      const needing = { 'dispute.status': { $in: awaitingEvidence } };
      // Without the database, the last number is still the best one.
      const count = await payments()
        .countDocuments(needing, { maxTimeMS: 1_000 })
        .catch(() => undefined);
      if (count !== undefined) this.set(count);
    },
  });
}
