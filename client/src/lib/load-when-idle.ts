import { retryWhenOnline } from './retry-when-online.ts';

/** A busy page loads its deferred scripts after this time anyway. */
const MAX_WAIT_MS = 2_000;

/** Wraps a dynamic import that must not delay the page: it waits until the browser is idle, and for a lost connection. */
export function loadWhenIdle<T>(load: () => Promise<T>): () => Promise<T> {
  return retryWhenOnline(async () => {
    await new Promise<void>((resolve) => {
      const start = () => resolve();
      // Safari has none.
      if ('requestIdleCallback' in window) requestIdleCallback(start, { timeout: MAX_WAIT_MS });
      else setTimeout(start);
    });
    return load();
  });
}
