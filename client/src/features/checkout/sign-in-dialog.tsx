'use client';

import { useEffect, useRef } from 'react';
import { signInPath } from '../../lib/paths.ts';
import { useTranslate } from '#use-translate';

type Props = { path: string; timeLeft: string; onLater: () => void };

/** Shown when the session ends during checkout. The reservation is still active. */
export function SignInDialog({ path, timeLeft, onLater }: Props) {
  const t = useTranslate();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (dialog.current && !dialog.current.open) dialog.current.showModal();
  }, []);
  return (
    <dialog className="dialog" ref={dialog} aria-labelledby="signin-title" onClose={onLater}>
      <h2 id="signin-title">{t('Sign in to continue')}</h2>
      <p className="meta">
        {t('You’ve been signed out. You were not charged, and your ticket stays reserved for {time}.', {
          time: timeLeft,
        })}
      </p>
      <div className="row">
        <button className="btn" type="button" onClick={() => dialog.current?.close()}>
          {t('Not now')}
        </button>
        <a className="btn btn--main" href={t.path(signInPath(path))}>
          {t('Sign in')}
        </a>
      </div>
    </dialog>
  );
}
