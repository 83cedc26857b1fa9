import 'server-only';
import { headers } from 'next/headers';
import { cache } from 'react';
import { catalogOf } from './catalogs.ts';
import { DEFAULT_LOCALE, LOCALE_HEADER, type Locale } from './locales.ts';
import { createTranslate, type Translate } from './translate.ts';

/** The language of the request, from its address (proxy.ts). */
async function requestLocale(): Promise<Locale> {
  return ((await headers()).get(LOCALE_HEADER) as Locale | null) ?? DEFAULT_LOCALE;
}

/** The translation of the page, for async components, metadata and whatever else runs on the server. */
export const getTranslate = cache(async (): Promise<Translate> => {
  const locale = await requestLocale();
  return createTranslate(locale, catalogOf(locale));
});
