'use client';

import { useState } from 'react';
import { leave } from '../../lib/leave.ts';
import { signOut } from '../../lib/sign-out.ts';
import { useTranslate } from '#use-translate';

export function SignOutEverywhere() {
  const t = useTranslate();
  const [isPending, setPending] = useState(false);
  const [problem, setProblem] = useState<string>();
  async function onSignOut() {
    if (isPending) return;
    setPending(true);
    const { ok, status, errors } = await signOut('everywhere');
    if (ok || status === 401) await leave('/auth/signin');
    else setProblem(errors[0]?.message);
    setPending(false);
  }
  return (
    <div className="stack">
      {problem && (
        <p className="field__err" role="alert">
          {problem}
        </p>
      )}
      <button className="btn btn--stop" type="button" aria-busy={isPending} onClick={() => void onSignOut()}>
        {t('Sign out everywhere')}
      </button>
    </div>
  );
}
