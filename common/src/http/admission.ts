import type { IncomingMessage } from 'node:http';
import { UnavailableError } from '../errors.ts';
import { limitCounter } from '../metrics.ts';

/** Counts a request that was refused because too many wait. */
export const countOverload = limitCounter('requests_waiting');

const admissions = new WeakMap<IncomingMessage, () => boolean>();

export const overloaded = {
  message: 'We are very busy right now. Please try again in a moment.',
  code: 'overloaded',
};

/** Has `admit(req)` call `isAdmitted`, which counts the request unless the process is too busy. */
export function admitLater(req: IncomingMessage, isAdmitted: () => boolean): void {
  admissions.set(req, isAdmitted);
}

/**
 * Counts a request whose body has arrived towards the requests that wait for a response. Returns UnavailableError (503,
 * `overloaded`) when too many wait. Does nothing on a server that `serve` did not create.
 */
export function admit(req: IncomingMessage): UnavailableError | undefined {
  if (admissions.get(req)?.() !== false) return undefined;
  countOverload();
  return new UnavailableError(overloaded.message, overloaded.code);
}
