'use client';

import { useState } from 'react';
import { toast } from '../../lib/announce.ts';
import { leave } from '../../lib/leave.ts';
import { Icon } from '../../ui/icon.tsx';
import { useTranslate } from '#use-translate';
import { messages } from '../../i18n/translate.ts';

const FAILED = messages('Signing out failed. Check your connection and try again.');

/** Signs out with a POST. Without JavaScript the form opens the confirmation page. */
export function SignOutButton({ className }: { className?: string }) {
  const t = useTranslate();
  const [isPending, setPending] = useState(false);
  async function onSignOut() {
    setPending(true);
    try {
      // Every page has this button, so its script loads when it is needed.
      const { signOut } = await import('../../lib/sign-out.ts');
      const { ok, status, errors } = await signOut('here');
      if (ok || status === 401) await leave('/');
      else toast({ text: errors[0]?.message ?? t(FAILED) });
    } catch {
      toast({ text: t(FAILED) });
    }
    setPending(false);
  }
  return (
    <form
      action={t.path('/auth/signout')}
      onSubmit={(event) => {
        event.preventDefault();
        if (!isPending) void onSignOut();
      }}
    >
      <button className={className} type="submit" aria-busy={isPending}>
        <Icon name="leave" /> {t('Sign out')}
      </button>
    </form>
  );
}
