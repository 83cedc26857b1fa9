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

/**
 * Declares a counter with one label of few values and returns the function that counts one of them; any other value counts
 * as `other`. All exist with 0 from the start.
 */
export function closedCounter({
  name,
  help,
  label,
  values,
}: {
  name: string;
  help: string;
  label: string;
  values: readonly string[];
}): (value: string | undefined) => void {
  const counter = new Counter({ name, help, labelNames: [label] });
  const known = new Set(values);
  for (const value of [...known, 'other']) counter.inc({ [label]: value }, 0);
  return (value) => counter.inc({ [label]: value !== undefined && known.has(value) ? value : 'other' });
}
