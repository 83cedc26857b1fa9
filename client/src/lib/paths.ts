/** Accepts only paths of this site, so that the sign-in page is not an open redirect. */
export function safeNext(next: string | string[] | undefined, fallback = '/'): string {
  return typeof next === 'string' && /^\/(?![/\\])[^\u0000-\u001f]*$/.test(next) ? next : fallback;
}

export function signInPath(next: string, intent?: 'reserve'): string {
  return `/auth/signin?${new URLSearchParams({ next, ...(intent && { intent }) })}`;
}

/** The id of the ticket when the path is the page of a ticket. */
export function ticketIdOf(next: string): string | undefined {
  return /^\/tickets\/([0-9a-f]{24})(?:[?#]|$)/.exec(next)?.[1];
}

export function posterPath(id: string, category?: string): string {
  return `/posters/${encodeURIComponent(id)}${category ? `?c=${encodeURIComponent(category)}` : ''}`;
}
