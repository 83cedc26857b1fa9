/**
 * Coalesces concurrent reads of the same key into one (single flight), without ever returning a read that started before
 * the call: calls during a read share the next one. So a caller always sees its own earlier writes.
 */
export function coalesce<T>(read: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const reads = new Map<string, { running: Promise<T>; next?: Promise<T> }>();

  function start(key: string): Promise<T> {
    const current: { running: Promise<T>; next?: Promise<T> } = { running: read(key) };
    reads.set(key, current);
    const end = () => {
      if (!current.next) reads.delete(key);
    };
    current.running.then(end, end);
    return current.running;
  }

  return (key) => {
    const current = reads.get(key);
    if (!current) return start(key);
    const again = () => start(key);
    return (current.next ??= current.running.then(again, again));
  };
}
