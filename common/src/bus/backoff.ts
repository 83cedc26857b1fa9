/**
 * How long to wait before trying again, with full jitter: a random time under a ceiling that doubles with each
 * attempt, so that what failed together does not come back together.
 */
export function fullJitter(attempt: number, { baseMs, capMs }: { baseMs: number; capMs: number }): number {
  return Math.random() * Math.min(capMs, baseMs * 2 ** attempt);
}
