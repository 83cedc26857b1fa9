import type { Limit } from '@ticketing/common';

/** How many declined cards within `seconds` end the attempts for as long. */
export type CardLimit = Limit & { account: number };

/** A declined card, or one that is being tried: the attempt `id` at its time. */
export type CardAttempt = { id: string; at: Date; isPending?: true };

/**
 * How many milliseconds are left before the next card, 0 for none: once `most` attempts lie within the window, no card is
 * tried until a whole window has passed since the last of them. `attempts` are in order.
 */
export function waitMs(
  attempts: readonly Pick<CardAttempt, 'at'>[],
  most: number,
  windowMs: number,
  now: Date,
): number {
  const last = attempts.at(-1);
  const first = attempts.at(-most);
  if (!last || !first || last.at.getTime() - first.at.getTime() >= windowMs) return 0;
  return Math.max(0, last.at.getTime() + windowMs - now.getTime());
}
