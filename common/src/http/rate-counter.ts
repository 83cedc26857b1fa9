import { LRUCache } from 'lru-cache';

/** The requests of one key until `until`, in milliseconds since 1970. */
export type Count = { count: number; until: number };

/** Adds up what the processes of a service have counted. */
export interface CountStore {
  /**
   * Adds requests to a key and returns the sum of all processes. A key without an open window gets one that ends at
   * `added.until`. Rejects when the store is unavailable.
   */
  add(key: string, added: Count, now: number): Promise<Count>;
  /** The keys whose windows are open, 5,000 at most. */
  open(now: number): Promise<(Count & { key: string })[]>;
}

/** What this process knows of a key; `unshared` of `count` are not in the store yet. */
type Entry = Count & { unshared: number };

/** So many keys take about 10 MB; a client with more accounts or networks than that needs no limit to pass. */
const MAX_KEYS = 50_000;
/** Other processes matter from this part of a limit on. */
const SHARED_FROM = 1 / 2;
/** The part of what is left that a process may admit before it asks the store again. */
const STEP = 1 / 10;

/**
 * Counts requests by key, within windows that start with the first request of a key. Up to half of the limit, a process
 * counts in memory alone. From there it exchanges its count with the store whenever it has admitted a tenth of what was
 * left, so all processes together admit at most half of the limit more for each further process, and few requests near
 * a high limit take a round trip. Above `maxKeys`, the key that has been idle for longest is dropped.
 */
export function rateCounter({
  store,
  now = Date.now,
  maxKeys = MAX_KEYS,
}: {
  store?: Pick<CountStore, 'add'> | undefined;
  now?: () => number;
  maxKeys?: number;
}) {
  const entries = new LRUCache<string, Entry>({ max: maxKeys });

  function current(key: string, windowMs: number): Entry {
    const known = entries.get(key);
    if (known && known.until > now()) return known;
    const entry = { count: 0, unshared: 0, until: now() + windowMs };
    entries.set(key, entry);
    return entry;
  }

  async function share(key: string, entry: Entry, counts: Pick<CountStore, 'add'>): Promise<void> {
    const sent = entry.unshared;
    entry.unshared = 0;
    try {
      const all = await counts.add(key, { count: sent, until: entry.until }, now());
      entry.count = Math.max(entry.count, all.count + entry.unshared); // another exchange may be in flight
      entry.until = all.until;
    } catch (error) {
      entry.unshared += sent;
      throw error;
    }
  }

  return {
    /** The number of keys in memory. */
    get size() {
      return entries.size;
    },

    /**
     * Counts a request. @returns 0, or for how many milliseconds the key must wait because its requests have reached the
     * limit; those are not counted. Rejects when the store is needed and unavailable.
     */
    async count(key: string, limit: number, windowMs: number): Promise<number> {
      const entry = current(key, windowMs);
      if (entry.count >= limit) return entry.until - now();
      entry.count += 1;
      entry.unshared += 1;
      if (store && isDue(entry, limit)) await share(key, entry, store);
      return entry.count > limit ? Math.max(1, entry.until - now()) : 0;
    },
  };
}

function isDue({ count, unshared }: Entry, limit: number): boolean {
  if (count <= limit * SHARED_FROM) return false;
  const leftBefore = limit - (count - unshared);
  return unshared >= Math.max(1, Math.floor(leftBefore * STEP));
}
