import { createElement, Fragment, type ReactNode } from 'react';
import { formatMessage, type Values } from './format-message.ts';
import { localPath, type Locale } from './locales.ts';

/** Translations by their English message. */
export type Messages = Record<string, string>;

export type Translate = {
  /** The text of a message, which is in English where it is used: t('{count, plural, one {# ticket} other {# tickets}}', { count }). */
  (message: string, values?: Record<string, string | number | undefined>): string;
  /** The same with elements: a value may be a node, and a <tag> in the message is a function of its content. */
  rich: (message: string, values: Values) => ReactNode;
  /** The address of a page of this site in this language. Links of ui/link.tsx have it already. */
  path: (path: string) => string;
  locale: Locale;
  /** The BCP 47 tag for formats of numbers and dates. */
  language: string;
};

export function createTranslate(locale: Locale, messages: Messages): Translate {
  const language = locale === 'de' ? 'de-DE' : 'en-GB';
  const format = (message: string, values: Values) =>
    formatMessage(messages[message] ?? message, values, language);
  return Object.assign((message: string, values: Values = {}) => format(message, values).join(''), {
    rich: (message: string, values: Values) =>
      // A fragment of children, which needs no keys.
      createElement(Fragment, null, ...format(message, values)),
    path: (path: string) => localPath(locale, path),
    locale,
    language,
  });
}

/** English, without any catalog: the messages are their own texts. */
export const english = createTranslate('en', {});

/** Marks texts that are translated where they are shown, so that the check of the catalogs finds them. */
export function messages<T>(texts: T): T {
  return texts;
}
