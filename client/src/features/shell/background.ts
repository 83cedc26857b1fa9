import { loadSentences, send } from '../../lib/http.ts';
import { readStored, store, watchUser } from '../../lib/user-storage.ts';

const RENEW_MS = 30 * 60_000;
const RENEWED = 'session-renewed';

/** What every page does once it is shown; its script loads after the page. @returns a function that stops it */
export function startBackground(isSignedIn: boolean): () => void {
  loadSentences().catch(() => undefined); // the first error loads them again
  const stopWatching = watchUser(() => window.location.reload());
  const stopRenewing = isSignedIn ? renewSession() : undefined;
  return () => {
    stopWatching();
    stopRenewing?.();
  };
}

/** Auth renews a session when it is read. Only a request of the browser can store the new cookie. */
function renewSession(): () => void {
  const renew = () => {
    if (Date.now() - (readStored<number>(RENEWED) ?? 0) < RENEW_MS) return;
    store(RENEWED, Date.now());
    void send('GET', '/api/users/currentuser');
  };
  renew();
  document.addEventListener('visibilitychange', renew);
  return () => document.removeEventListener('visibilitychange', renew);
}
