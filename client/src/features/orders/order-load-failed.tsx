import { Note } from '../../ui/note.tsx';
import { LoadFailed } from '../../ui/load-failed.tsx';
import { signInPath } from '../../lib/paths.ts';
import type { ApiError } from '../../server/api.ts';
import { SignOutButton } from '../shell/sign-out-button.tsx';

type Props = { heading: string; email?: string | undefined; error: ApiError; path: string };

/** Shown when an order did not load: it belongs to another user, the session ended, or a service failed. */
export function OrderLoadFailed({ heading, email, error, path }: Props) {
  return (
    <main id="main" tabIndex={-1} className="wrap">
      <div className="section stack">
        <h1>{heading}</h1>
        {error.status === 403 ? (
          <Note icon="lock" title="This order is not yours">
            <p>You are signed in as {email}. Another account may have it.</p>
            <div className="row">
              <SignOutButton className="btn" />
            </div>
          </Note>
        ) : error.status === 401 ? (
          <Note icon="lock" title="Sign in to see this order">
            <p className="row">
              <a className="btn btn--main" href={signInPath(path)}>
                Sign in
              </a>
            </p>
          </Note>
        ) : (
          <LoadFailed title="Your order did not load" error={error}>
            <p>If the ticket is held for you, it stays held while its time runs.</p>
          </LoadFailed>
        )}
      </div>
    </main>
  );
}
