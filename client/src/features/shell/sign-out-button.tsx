'use client';

import { useState } from 'react';
import { toast } from '../../lib/announce.ts';
import { signOut } from '../../lib/sign-out.ts';
import { Icon } from '../../ui/icon.tsx';

/** Signs out with a POST. Without JavaScript the form opens the confirmation page. */
export function SignOutButton({ className }: { className?: string }) {
  const [isPending, setPending] = useState(false);
  return (
    <form
      action="/auth/signout"
      onSubmit={(event) => {
        event.preventDefault();
        if (isPending) return;
        setPending(true);
        void signOut('here').then(({ ok, errors }) => {
          if (ok) window.location.assign('/');
          else {
            setPending(false);
            toast({ text: errors[0]?.message ?? 'Signing out failed. Try again.' });
          }
        });
      }}
    >
      <button className={className} type="submit" aria-busy={isPending}>
        <Icon name="leave" /> Sign out
      </button>
    </form>
  );
}
