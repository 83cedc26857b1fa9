import {
  barePath,
  DEFAULT_LOCALE,
  LOCALE_COOKIE,
  LOCALE_HEADER,
  localeOfPath,
  locales,
  PSEUDO_LOCALE,
  type Locale,
} from './locales.ts';

/** Whether the pages exist in this language. */
export const isLocale = (text: string | null | undefined): text is Locale =>
  locales.some((locale) => locale === text) || (text === PSEUDO_LOCALE && process.env.PSEUDO_LOCALE === '1');

/**
 * The path of the page and its language. A prefix that is no language of this shop belongs to the path. A path without
 * one may have been rewritten already, so its language is in `rewritten`.
 */
export function readPath(path: string, rewritten: string | null = null): { locale: Locale; bare: string } {
  const locale = localeOfPath(path);
  if (locale !== DEFAULT_LOCALE && isLocale(locale)) return { locale, bare: barePath(path) };
  return { locale: isLocale(rewritten) ? rewritten : DEFAULT_LOCALE, bare: path };
}

/** The language that a visitor wants: the one they chose or else the first that their browser accepts. */
export function preferredLocale(chosen: string | undefined, acceptLanguage: string | null): Locale {
  if (isLocale(chosen)) return chosen;
  const accepted = (acceptLanguage ?? '')
    .split(',')
    .map((range) => {
      const [tag = '', ...parameters] = range
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/);
      const weight = Number(parameters.find((text) => text.startsWith('q='))?.slice(2) ?? 1);
      return { language: tag.split('-')[0], weight };
    })
    .filter(({ language, weight }) => isLocale(language) && weight > 0)
    .sort((a, b) => b.weight - a.weight);
  return (accepted[0]?.language as Locale | undefined) ?? DEFAULT_LOCALE;
}

/** What has one address for all languages. */
const NOT_A_PAGE =
  /^\/(?:api|admin\/act|healthz|posters|og|sitemaps|language|_next|\.well-known)(?:\/|$)|\.\w+$/;

/**
 * Where a visitor of an address without a language is sent, or undefined for English. Only documents: what scripts
 * fetch belongs to a page that has its language.
 */
export function languageRedirect(method: string, path: string, headers: Headers): string | undefined {
  const isDocument = (headers.get('sec-fetch-dest') ?? 'document') === 'document' && !headers.has('rsc');
  if (method !== 'GET' || !isDocument || NOT_A_PAGE.test(path)) return undefined;
  if (headers.has(LOCALE_HEADER) || readPath(path).locale !== DEFAULT_LOCALE) return undefined;
  const cookie = new RegExp(`(?:^|;)\\s*${LOCALE_COOKIE}=([\\w-]+)`).exec(headers.get('cookie') ?? '')?.[1];
  const locale = preferredLocale(cookie, headers.get('accept-language'));
  return locale === DEFAULT_LOCALE ? undefined : `/${locale}${path === '/' ? '' : path}`;
}
