'use client';

import { Link } from '../ui/link.tsx';
import { Note } from '../ui/note.tsx';
import { Icon } from '../ui/icon.tsx';
import { useTranslate } from '#use-translate';
import { reference } from '../ui/reference.tsx';

export default function ErrorPage({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  const t = useTranslate();
  return (
    <main id="main" tabIndex={-1} className="wrap">
      <div className="section stack">
        <h1>{t('This page did not load')}</h1>
        <Note kind="stop" icon="alert" role="alert" title={t('Something went wrong on our side')}>
          <p>{t('Your reservations haven’t changed, and you were not charged.')}</p>
          <p className="row">
            <button className="btn" type="button" onClick={reset}>
              <Icon name="again" /> {t('Try again')}
            </button>
            <Link className="btn btn--quiet" href="/tickets" prefetch={false}>
              {t('Browse tickets')}
            </Link>
          </p>
          {error.digest && (
            <p className="small">
              {t.rich('Error <ref>{digest}</ref>', { digest: error.digest, ref: reference })}
            </p>
          )}
        </Note>
      </div>
    </main>
  );
}
