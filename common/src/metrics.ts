import { Counter } from 'prom-client';

const limitHits = new Counter({
  name: 'ticketing_limit_hits_total',
  help: 'Requests and connections refused because a limit was reached',
  labelNames: ['limit'],
});

/**
 * Declares a limit, such as `reservations_of_buyer`, and returns the function that counts one refusal by it. Call it once a
 * limit, when the module loads: the counter then exists with 0, so that `increase()` sees the first refusal, and no value
 * from a request can become a label.
 */
export function limitCounter(limit: string): () => void {
  const counter = limitHits.labels(limit);
  counter.inc(0);
  return () => counter.inc();
}
