const MAX_WAITS = 3;

/** How many requests of each user wait in this process. */
const waits = new Map<string, number>();

/** Counts a request that waits. @returns what ends the wait, or undefined when three of the user's requests wait already. */
export function startWait(userId: string): (() => void) | undefined {
  const count = waits.get(userId) ?? 0;
  if (count >= MAX_WAITS) return undefined;
  waits.set(userId, count + 1);
  return () => {
    const left = (waits.get(userId) ?? 1) - 1;
    if (left > 0) waits.set(userId, left);
    else waits.delete(userId);
  };
}
