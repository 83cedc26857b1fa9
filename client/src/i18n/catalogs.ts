import 'server-only';
import browser from '../../messages/de/browser.json';
import errors from '../../messages/de/errors.json';
import server from '../../messages/de/server.json';
import { PSEUDO_LOCALE, type Locale } from './locales.ts';
import { pseudo } from './pseudo.ts';
import type { Messages } from './translate.ts';

const inBrowser: Messages = { ...browser, ...errors };

function inLocale(locale: Locale, german: Messages): Messages {
  if (locale === 'de') return german;
  if (locale !== PSEUDO_LOCALE) return {};
  return Object.fromEntries(Object.keys(german).map((message) => [message, pseudo(message)]));
}

/** All messages; none for English. */
const catalogs = new Map<Locale, Messages>();

export function catalogOf(locale: Locale): Messages {
  const known = catalogs.get(locale) ?? inLocale(locale, { ...server, ...inBrowser });
  catalogs.set(locale, known);
  return known;
}

/** The messages that client components show. */
export function browserCatalogOf(locale: Locale): Messages {
  return inLocale(locale, inBrowser);
}
