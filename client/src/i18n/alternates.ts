import type { Metadata } from 'next';
import { DEFAULT_LOCALE, localPath, locales } from './locales.ts';
import type { Translate } from './translate.ts';

/** The canonical address of a page without its query, and its addresses in all languages. */
export function alternatesOf(t: Translate, path: string): NonNullable<Metadata['alternates']> {
  const languages = Object.fromEntries(locales.map((locale) => [locale, localPath(locale, path)]));
  return {
    canonical: t.path(path),
    languages: { ...languages, 'x-default': localPath(DEFAULT_LOCALE, path) },
  };
}
