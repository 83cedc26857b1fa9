import type { Metadata } from 'next';
import Link from 'next/link';
import { SignOutButton } from '../../../features/shell/sign-out-button.tsx';
import { getVisitor } from '../../../server/session.ts';

export const metadata: Metadata = { title: 'Sign out', robots: { index: false } };

/** Asks for confirmation: following a link must not sign anyone out. */
export default async function SignOutPage() {
  const { user } = await getVisitor();
  return (
    <main id="main" tabIndex={-1} className="wrap">
      <div className="section stack">
        <h1>{user ? 'Sign out?' : 'You’re signed out'}</h1>
        {user ? (
          <>
            <p>You’re signed in as {user.email}. Your reservations keep their time.</p>
            <div className="row">
              <SignOutButton className="btn btn--main" />
              <Link className="btn btn--quiet" href="/" prefetch={false}>
                Stay signed in
              </Link>
            </div>
            <noscript>
              <p className="meta">Signing out needs JavaScript.</p>
            </noscript>
          </>
        ) : (
          <Link className="btn btn--main" href="/auth/signin" prefetch={false}>
            Sign in
          </Link>
        )}
      </div>
    </main>
  );
}
