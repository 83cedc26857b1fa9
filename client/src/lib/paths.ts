/**
 * Accepts only paths of this site, so that the sign-in page is not an open redirect. The path is percent-encoded,
 * because a header of a redirect takes ASCII only, and checked after it: `/.//host` becomes `//host`.
 */
export function safeNext(next: string | string[] | undefined, fallback = '/'): string {
  if (typeof next !== 'string' || !isPath(next)) return fallback;
  const { pathname, search, hash } = new URL(next, 'http://localhost');
  return isPath(pathname) ? pathname + search + hash : fallback;
}

function isPath(text: string): boolean {
  return /^\/(?![/\\])[^\u0000-\u001f]*$/.test(text);
}

export function signInPath(next: string, intent?: 'reserve'): string {
  return `/auth/signin?${new URLSearchParams({ next, ...(intent && { intent }) })}`;
}

/** The path of this site with a further parameter in its query. */
export function withParameter(path: string, name: string, value: string): string {
  const { pathname, searchParams } = new URL(path, 'http://localhost');
  searchParams.set(name, value);
  return `${pathname}?${searchParams}`;
}

/** The form for a new listing; with `like`, filled with the texts of that listing. */
export function newListingPath(like?: string): string {
  return like ? `/sell/new?${new URLSearchParams({ like })}` : '/sell/new';
}

/** The id of the ticket when the path is the page of a ticket. */
export function ticketIdOf(next: string): string | undefined {
  return /^\/tickets\/([0-9a-f]{24})(?:[?#]|$)/.exec(next)?.[1];
}

/** The page of an event; an id leads to the page with its slug. */
export function eventPath(slugOrId: string): string {
  return `/events/${encodeURIComponent(slugOrId)}`;
}

export function posterPath(id: string, category?: string): string {
  return `/posters/${encodeURIComponent(id)}${category ? `?c=${encodeURIComponent(category)}` : ''}`;
}
