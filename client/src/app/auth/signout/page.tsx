import { pageMetadata } from '../../../i18n/page-metadata.ts';
import { Link } from '../../../ui/link.tsx';
import { SignOutButton } from '../../../features/shell/sign-out-button.tsx';
import { getVisitor } from '../../../server/session.ts';
import { getTranslate } from '../../../i18n/server.ts';

export const generateMetadata = pageMetadata('Sign out', { robots: { index: false } });

/** Asks for confirmation: following a link must not sign anyone out. */
export default async function SignOutPage() {
  const t = await getTranslate();
  const { user } = await getVisitor();
  return (
    <main id="main" tabIndex={-1} className="wrap">
      <div className="section stack">
        <h1>{user ? t('Sign out?') : t('You’re signed out')}</h1>
        {user ? (
          <>
            <p>
              {t('You’re signed in as {email}. Your reservations keep their time.', { email: user.email })}
            </p>
            <div className="row">
              <SignOutButton className="btn btn--main" />
              <Link className="btn btn--quiet" href="/" prefetch={false}>
                {t('Stay signed in')}
              </Link>
            </div>
            <noscript>
              <p className="meta">{t('Signing out needs JavaScript.')}</p>
            </noscript>
          </>
        ) : (
          <Link className="btn btn--main" href="/auth/signin" prefetch={false}>
            {t('Sign in')}
          </Link>
        )}
      </div>
    </main>
  );
}
