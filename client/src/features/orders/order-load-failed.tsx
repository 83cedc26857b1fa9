import { Note } from '../../ui/note.tsx';
import { LoadFailed } from '../../ui/load-failed.tsx';
import { signInPath } from '../../lib/paths.ts';
import type { ApiError } from '../../server/api.ts';
import { SignOutButton } from '../shell/sign-out-button.tsx';
import { useTranslate } from '#use-translate';

type Props = { heading: string; email?: string | undefined; error: ApiError; path: string };

/** Shown when an order did not load: it belongs to another user, the session ended, or a service failed. */
export function OrderLoadFailed({ heading, email, error, path }: Props) {
  const t = useTranslate();
  return (
    <main id="main" tabIndex={-1} className="wrap">
      <div className="section stack">
        <h1>{heading}</h1>
        {error.status === 403 ? (
          <Note icon="lock" title={t('This order is not yours')}>
            <p>{t('You’re signed in as {email}. It may belong to another account of yours.', { email })}</p>
            <div className="row">
              <SignOutButton className="btn" />
            </div>
          </Note>
        ) : error.status === 401 ? (
          <Note icon="lock" title={t('Sign in to see this order')}>
            <p className="row">
              <a className="btn btn--main" href={t.path(signInPath(path))}>
                {t('Sign in')}
              </a>
            </p>
          </Note>
        ) : (
          <LoadFailed title={t('Your order did not load')} error={error}>
            <p>{t('If you have reserved the ticket, it stays reserved until its time runs out.')}</p>
          </LoadFailed>
        )}
      </div>
    </main>
  );
}
