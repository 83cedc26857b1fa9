import type { Metadata, Viewport } from 'next';
import { cookies, headers } from 'next/headers';
import type { ReactNode } from 'react';
import { alternatesOf } from '../i18n/alternates.ts';
import { browserCatalogOf } from '../i18n/catalogs.ts';
import { getTranslate } from '../i18n/server.ts';
import { TranslateProvider } from '../i18n/translate-provider.tsx';
import { OfflineBar, RouteFocus, LiveRegion } from '../features/shell/effects.tsx';
import { staticBars } from '../features/shell/static-reservation-bar.tsx';
import { LanguageLinks } from '../features/shell/language-links.tsx';
import { BottomBar, Header } from '../features/shell/header.tsx';
import { Background, DeferredReservationBar, DeferredWatcher } from '../features/shell/deferred.tsx';
import type { Theme } from '../features/shell/theme-choice.tsx';
import { tryRead, listReservations } from '../server/api.ts';
import { readConfig } from '../server/config.ts';
import { publicOrigin } from '../server/origin.ts';
import { getVisitor } from '../server/session.ts';
import { Link } from '../ui/link.tsx';
import { Logo } from '../ui/logo.tsx';
import { encore } from './fonts.ts';
import './globals.css';

/** In each page's own language, with its address in the others. */
export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslate();
  const path = (await headers()).get('x-pathname') ?? '/';
  return {
    metadataBase: new URL(publicOrigin()),
    title: { default: `${t('Tickets get a second life')} · Encore`, template: '%s · Encore' },
    description: t('Buy tickets from people who can’t go. You see the full price, next to face value.'),
    applicationName: 'Encore',
    openGraph: { siteName: 'Encore', type: 'website' },
    alternates: alternatesOf(t, path),
  };
}

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f2f6f1' },
    { media: '(prefers-color-scheme: dark)', color: '#0b1512' },
  ],
};

async function themeOf(): Promise<Theme> {
  const value = (await cookies()).get('theme')?.value;
  return value === 'light' || value === 'dark' ? value : 'system';
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  const [theme, { user, isKnown }, t] = await Promise.all([themeOf(), getVisitor(), getTranslate()]);
  const read = user ? await tryRead(listReservations()) : undefined;
  const reservations = read?.ok ? read.value : [];
  const { contacts, imprint } = readConfig();
  const about: [path: string, name: string][] = [
    ['/how-it-works', t('How it works')],
    ['/fees', t('Fees')],
    ['/protection', t('Buyer protection')],
    ['/accessibility', t('Accessibility')],
    ['/legal/terms', t('Terms')],
    ['/legal/privacy', t('Privacy')],
  ];
  if (contacts) about.push(['/contact', t('Contact')]);
  if (imprint) about.push(['/legal/imprint', t('Imprint')]);
  return (
    <html
      lang={t.locale}
      className={encore.variable}
      data-theme={theme === 'system' ? undefined : theme}
      data-user={user?.id}
    >
      <body>
        <TranslateProvider locale={t.locale} messages={browserCatalogOf(t.locale)}>
          <a className="skip" href="#main">
            {t('Skip to content')}
          </a>
          {user && <DeferredReservationBar initial={reservations} bars={staticBars(reservations)} />}
          <Header email={user?.email} isKnown={isKnown} theme={theme} />
          <OfflineBar />
          {children}
          <footer className="foot">
            <div className="wrap">
              <Link className="logo" href="/" prefetch={false} aria-label={t('Encore, home')}>
                <Logo />
              </Link>
              <nav aria-label={t('About Encore')}>
                {about.map(([path, name]) => (
                  <Link key={path} href={path} prefetch={false}>
                    {name}
                  </Link>
                ))}
              </nav>
              <LanguageLinks locale={t.locale} />
              <p>{t('Tickets get a second life.')}</p>
            </div>
          </footer>
          <BottomBar />
          <LiveRegion />
          <RouteFocus />
          <DeferredWatcher />
          <Background isSignedIn={user !== null} />
        </TranslateProvider>
      </body>
    </html>
  );
}
