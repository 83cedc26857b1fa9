'use client';

import { localeOfPath, localPath } from '../i18n/locales.ts';
import { encore } from './fonts.ts';
import './globals.css';

/** In both languages here: the catalogs come with the root layout. */
const TEXTS = {
  en: {
    title: 'Something went wrong · Encore',
    heading: 'Encore did not load',
    text: 'Something went wrong on our side. Your reservations haven’t changed, and you were not charged.',
    again: 'Try again',
    browse: 'Browse tickets',
  },
  de: {
    title: 'Etwas ist schiefgelaufen · Encore',
    heading: 'Encore wurde nicht geladen',
    text: 'Bei uns ist etwas schiefgelaufen. Deine Reservierungen sind unverändert, und dir wurde nichts berechnet.',
    again: 'Erneut versuchen',
    browse: 'Tickets ansehen',
  },
};

/** Replaces the whole page when the root layout fails. */
export default function GlobalError({ reset }: { error: Error; reset: () => void }) {
  const locale = typeof window === 'undefined' ? 'en' : localeOfPath(window.location.pathname);
  const text = locale === 'de' ? TEXTS.de : TEXTS.en;
  return (
    <html lang={locale} className={encore.variable}>
      <body>
        <main id="main" className="wrap">
          <div className="section stack">
            <title>{text.title}</title>
            <h1>{text.heading}</h1>
            <p>{text.text}</p>
            <form className="row" action={localPath(locale, '/tickets')}>
              <button className="btn btn--main" type="button" onClick={reset}>
                {text.again}
              </button>
              <button className="btn btn--quiet" type="submit">
                {text.browse}
              </button>
            </form>
          </div>
        </main>
      </body>
    </html>
  );
}
