/**
 * Wraps a dynamic import: when it fails, it is retried as soon as the browser is online again. Until then the fallback
 * stays; a rejection would replace the whole page with the error page.
 */
export function retryWhenOnline<T>(load: () => Promise<T>): () => Promise<T> {
  return async function attempt(): Promise<T> {
    try {
      return await load();
    } catch {
      await new Promise((resolve) => window.addEventListener('online', resolve, { once: true }));
      return attempt();
    }
  };
}
