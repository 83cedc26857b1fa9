'use client';

import { useState } from 'react';
import { signOut } from '../../lib/sign-out.ts';

export function SignOutEverywhere() {
  const [isPending, setPending] = useState(false);
  const [problem, setProblem] = useState<string>();
  async function leave() {
    if (isPending) return;
    setPending(true);
    const { ok, status, errors } = await signOut('everywhere');
    if (ok || status === 401) return window.location.assign('/auth/signin');
    setPending(false);
    setProblem(errors[0]?.message);
  }
  return (
    <div className="stack">
      {problem && (
        <p className="field__err" role="alert">
          {problem}
        </p>
      )}
      <button className="btn btn--stop" type="button" aria-busy={isPending} onClick={() => void leave()}>
        Sign out everywhere
      </button>
    </div>
  );
}
