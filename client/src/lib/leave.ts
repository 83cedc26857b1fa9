import { pageTranslate } from '../i18n/page.ts';

/** The router and the services answer, or refuse, within about 10 s. */
const STUCK_MS = 12_000;

/**
 * Goes to another page; to one of this site in the language of this page. Resolves when this page is still here, because the navigation was stopped or has no answer, or
 * is here again from the back/forward cache. The caller then enables its buttons again.
 */
export function leave(url: string, how: 'assign' | 'replace' = 'assign'): Promise<void> {
  return new Promise((resolve) => {
    const waiting = new AbortController();
    const stay = () => {
      clearTimeout(timer);
      waiting.abort();
      resolve();
    };
    const timer = setTimeout(stay, STUCK_MS);
    window.addEventListener('pageshow', stay, { signal: waiting.signal });
    // Not in every browser; the timer covers the others.
    (window as { navigation?: EventTarget }).navigation?.addEventListener('navigateerror', stay, {
      signal: waiting.signal,
    });
    window.location[how](pageTranslate().path(url));
  });
}
