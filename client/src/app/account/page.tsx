import type { Metadata } from 'next';
import Link from 'next/link';
import { PasswordForm } from '../../features/account/password-form.tsx';
import { SignOutEverywhere } from '../../features/account/sign-out-everywhere.tsx';
import { SignOutButton } from '../../features/shell/sign-out-button.tsx';
import { tryRead } from '../../server/api.ts';
import { requireUser } from '../../server/session.ts';
import { LoadFailed } from '../../ui/load-failed.tsx';

export const metadata: Metadata = { title: 'Account', robots: { index: false } };

export default async function AccountPage() {
  const result = await tryRead(requireUser('/account'));
  return (
    <main id="main" tabIndex={-1} className="wrap">
      <div className="section section--head">
        <h1>Account</h1>
        {result.ok && <p className="lead">{result.value.email}</p>}
        {result.ok && result.value.role === 'operator' && (
          <p>
            <Link href="/admin" prefetch={false}>
              Console
            </Link>
          </p>
        )}
      </div>
      {result.ok ? (
        <div className="account">
          <section aria-labelledby="password">
            <h2 id="password" className="gap-b">
              Password
            </h2>
            <PasswordForm email={result.value.email} />
          </section>
          <section aria-labelledby="sessions">
            <h2 id="sessions" className="gap-b">
              Sessions
            </h2>
            <p className="meta gap-b">
              Lost a device, or used one that isn’t yours? This signs you out everywhere, including here. Your
              reservations keep their time.
            </p>
            <div className="row">
              <SignOutEverywhere />
              <SignOutButton className="btn" />
            </div>
          </section>
        </div>
      ) : (
        <LoadFailed title="Your account did not load" error={result.error} />
      )}
      <div className="section" />
    </main>
  );
}
