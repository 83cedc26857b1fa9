import 'server-only';
import { headers } from 'next/headers';

/** The names of auth's cookie, with COOKIE_SECURE and without; see `sessionCookieName` of @ticketing/common. */
const NAMES = ['__Host-session', 'encore-session'];

/**
 * Every session cookie of a request as a Cookie header, or undefined when there is none. All are forwarded and none is
 * chosen here, so that pages and services follow one rule: the first valid one wins.
 */
export function sessionCookiesIn(request: Pick<Headers, 'get'>): string | undefined {
  const pairs = (request.get('cookie') ?? '').split(';').map((pair) => pair.trim());
  const found = pairs.filter((pair) => NAMES.some((name) => pair.startsWith(`${name}=`)));
  return found.length > 0 ? found.join('; ') : undefined;
}

/** Those of the request for the page that is rendered. */
export async function sessionCookies(): Promise<string | undefined> {
  return sessionCookiesIn(await headers());
}
