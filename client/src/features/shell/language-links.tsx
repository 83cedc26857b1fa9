import { locales, type Locale } from '../../i18n/locales.ts';

const NAMES: Record<Locale, string> = { en: 'English', de: 'Deutsch', 'en-XA': 'Pseudo' };

/** The other languages, each in its own words. The links store the choice, and need no script. */
export function LanguageLinks({ locale }: { locale: Locale }) {
  return locales
    .filter((name) => name !== locale)
    .map((name) => (
      <p key={name}>
        <a href={`/language/${name}`} hrefLang={name} lang={name} rel="nofollow">
          {NAMES[name]}
        </a>
      </p>
    ));
}
