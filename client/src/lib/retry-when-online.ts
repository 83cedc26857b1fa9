/**
 * A script that is loaded after the page. One that does not come is asked for again when the connection is back;
 * until then the fallback stands, where a rejection would put an error page in place of everything.
 */
export function retryWhenOnline<T>(load: () => Promise<T>): () => Promise<T> {
  return async function ask(): Promise<T> {
    try {
      return await load();
    } catch {
      await new Promise((resolve) => window.addEventListener('online', resolve, { once: true }));
      return ask();
    }
  };
}
