import { pageMetadata } from '../../i18n/page-metadata.ts';
import { Link } from '../../ui/link.tsx';
import { PasswordForm } from '../../features/account/password-form.tsx';
import { SignOutEverywhere } from '../../features/account/sign-out-everywhere.tsx';
import { SavedSearches } from '../../features/searches/saved-searches.tsx';
import { SignOutButton } from '../../features/shell/sign-out-button.tsx';
import { tryRead } from '../../server/api.ts';
import { listSavedSearches } from '../../server/saved-searches.ts';
import { requireUser } from '../../server/session.ts';
import { LoadFailed } from '../../ui/load-failed.tsx';
import { getTranslate } from '../../i18n/server.ts';

export const generateMetadata = pageMetadata('Account', { robots: { index: false } });

export default async function AccountPage({ searchParams }: PageProps<'/account'>) {
  const t = await getTranslate();
  const result = await tryRead(requireUser('/account'));
  const [{ searches: outcome }, searches] = await Promise.all([
    searchParams,
    result.ok ? tryRead(listSavedSearches()) : undefined,
  ]);
  return (
    <main id="main" tabIndex={-1} className="wrap">
      <div className="section section--head">
        <h1>{t('Account')}</h1>
        {result.ok && <p className="lead">{result.value.email}</p>}
        {result.ok && result.value.role === 'operator' && (
          <p>
            <Link href="/admin" prefetch={false}>
              {t('Console')}
            </Link>
          </p>
        )}
      </div>
      {result.ok ? (
        <div className="account">
          {searches && (
            <section className="account__wide" aria-labelledby="searches">
              <h2 id="searches" className="gap-b">
                {t('Saved searches')}
              </h2>
              <SavedSearches result={searches} outcome={typeof outcome === 'string' ? outcome : undefined} />
            </section>
          )}
          <section aria-labelledby="password">
            <h2 id="password" className="gap-b">
              {t('Password')}
            </h2>
            <PasswordForm email={result.value.email} />
          </section>
          <section aria-labelledby="sessions">
            <h2 id="sessions" className="gap-b">
              {t('Sessions')}
            </h2>
            <p className="meta gap-b">
              {t(
                'Lost a device, or used one that isn’t yours? This signs you out everywhere, including here. Your reservations keep their time.',
              )}
            </p>
            <div className="row">
              <SignOutEverywhere />
              <SignOutButton className="btn" />
            </div>
          </section>
        </div>
      ) : (
        <LoadFailed title={t('Your account did not load')} error={result.error} />
      )}
      <div className="section" />
    </main>
  );
}
