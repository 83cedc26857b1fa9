/**
 * How many milliseconds to wait before retry number `attempt` (from 0), by exponential backoff with full jitter: a random
 * time below a ceiling that doubles with each attempt. The randomness keeps clients that failed together from retrying
 * together.
 */
export function fullJitter(attempt: number, { baseMs, capMs }: { baseMs: number; capMs: number }): number {
  return Math.random() * Math.min(capMs, baseMs * 2 ** attempt);
}
