/**
 * What this browser stores for one user: every key starts with the id of the user whom the server rendered the page
 * for, so another user of the same browser never sees it. Nothing secret is stored, such as an entry code.
 */
const ANONYMOUS = 'anonymous';
/** The user who signed in last; empty after a sign-out. Its change reaches the other tabs. */
const LAST_USER = 'encore:user';

export type Area = 'sessionStorage' | 'localStorage';

function pageUser(): string {
  return document.documentElement.dataset.user ?? ANONYMOUS;
}

function prefixOf(user: string): string {
  return `encore:${user}:`;
}

/** A page that may not use storage, or whose storage is full, works without it. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

/** The stored text of this user. */
export function readText(name: string, area: Area): string | undefined {
  return attempt(() => window[area].getItem(prefixOf(pageUser()) + name)) ?? undefined;
}

/** The stored value of this user; undefined when it is missing or not valid JSON. */
export function readStored<T>(name: string, area: Area = 'sessionStorage'): T | undefined {
  return attempt(() => (JSON.parse(readText(name, area) ?? 'null') as T | null) ?? undefined);
}

export function store(name: string, value: unknown, area: Area = 'sessionStorage'): void {
  attempt(() => window[area].setItem(prefixOf(pageUser()) + name, JSON.stringify(value)));
}

export function removeStored(name: string): void {
  attempt(() => sessionStorage.removeItem(prefixOf(pageUser()) + name));
}

function removeAllBut(prefixes: string[]): void {
  for (const area of ['sessionStorage', 'localStorage'] as const)
    attempt(() => {
      for (const key of Object.keys(window[area]))
        if (!prefixes.some((prefix) => key.startsWith(prefix))) window[area].removeItem(key);
    });
}

/** Removes everything that this browser stores, after a sign-out; the other tabs follow. */
export function forgetEverything(): void {
  removeAllBut([LAST_USER]);
  attempt(() => localStorage.setItem(LAST_USER, ''));
}

/**
 * Removes what other users stored, in this tab and, through the event of the storage, in the others. A tab that still
 * shows a page of a user who is gone loads it again, also when it comes back from the back/forward cache.
 * @returns a function that stops watching
 */
export function watchUser(reload: () => void): () => void {
  const user = pageUser();
  const forgetOthers = (now: string) => removeAllBut([LAST_USER, prefixOf(now), prefixOf(ANONYMOUS)]);
  const isSignedIn = user !== ANONYMOUS;
  if (isSignedIn) {
    forgetOthers(user);
    attempt(() => localStorage.setItem(LAST_USER, user));
  }
  const follow = () => {
    const now = attempt(() => localStorage.getItem(LAST_USER)) ?? user;
    if (now === user) return;
    if (now === '') removeAllBut([LAST_USER]);
    else forgetOthers(now);
    if (!isSignedIn) return;
    document.documentElement.hidden = true;
    reload();
  };
  const onStorage = ({ key }: StorageEvent) => {
    if (key === LAST_USER) follow();
  };
  const onPageShow = ({ persisted }: PageTransitionEvent) => {
    if (persisted) follow();
  };
  window.addEventListener('storage', onStorage);
  window.addEventListener('pageshow', onPageShow);
  return () => {
    window.removeEventListener('storage', onStorage);
    window.removeEventListener('pageshow', onPageShow);
  };
}
