'use client';

import { useEffect, useRef } from 'react';
import { signInPath } from '../../lib/paths.ts';

type Props = { path: string; timeLeft: string; onLater: () => void };

/** Shown when the session ends during checkout. The reservation is still active. */
export function SignInDialog({ path, timeLeft, onLater }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (dialog.current && !dialog.current.open) dialog.current.showModal();
  }, []);
  return (
    <dialog className="dialog" ref={dialog} aria-labelledby="signin-title" onClose={onLater}>
      <h2 id="signin-title">Sign in to continue</h2>
      <p className="meta">
        You’ve been signed out. You were not charged, and your ticket stays reserved for {timeLeft}.
      </p>
      <div className="row">
        <button className="btn" type="button" onClick={() => dialog.current?.close()}>
          Not now
        </button>
        <a className="btn btn--main" href={signInPath(path)}>
          Sign in
        </a>
      </div>
    </dialog>
  );
}
