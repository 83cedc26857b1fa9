/** The languages of the pages. English has the addresses without a prefix. */
export const locales: readonly Locale[] = ['en', 'de'];
export const DEFAULT_LOCALE = 'en';

export type Locale = 'en' | 'de' | typeof PSEUDO_LOCALE;

/** English with accents and brackets, for tests: a text without them is missing in the catalogs. */
export const PSEUDO_LOCALE = 'en-XA';

/** The header in which the proxy passes the language of a request on to the page. */
export const LOCALE_HEADER = 'x-locale';

/** The cookie with the language that a visitor chose. */
export const LOCALE_COOKIE = 'language';

const PREFIX = /^\/(de|en-XA)(?=[/?#]|$)/;

/** The address of a page of this site in a language: /tickets is /de/tickets in German. */
export function localPath(locale: Locale, path: string): string {
  if (locale === DEFAULT_LOCALE || !path.startsWith('/')) return path;
  return `/${locale}${path.replace(/^\/(?=[?#]|$)/, '')}`;
}

/** The same address without its language: /de/tickets is /tickets. */
export function barePath(path: string): string {
  const bare = path.replace(PREFIX, '');
  return bare.startsWith('/') ? bare : `/${bare}`;
}

export function localeOfPath(path: string): Locale {
  return (PREFIX.exec(path)?.[1] as Locale | undefined) ?? DEFAULT_LOCALE;
}
