import { appendFileSync } from 'node:fs';

/**
 * Returns the whole of a long form with LONG=1, as the nightly workflow sets it; otherwise its representative part.
 * Then it prints `what` runs of it: at once, and again at the end of `npm test`.
 */
export function wholeOrPart<T>(what: string, whole: T, part: T): T {
  if (process.env['LONG'] === '1') return whole;
  const line = `${what}; LONG=1 runs all`;
  process.stderr.write(`${line}\n`);
  const file = process.env['PARTS_FILE'];
  if (file) appendFileSync(file, `${line}\n`);
  return part;
}
