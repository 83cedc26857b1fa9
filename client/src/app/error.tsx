'use client';

import Link from 'next/link';
import { Note } from '../ui/note.tsx';
import { Icon } from '../ui/icon.tsx';

export default function ErrorPage({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <main id="main" tabIndex={-1} className="wrap">
      <div className="section stack">
        <h1>This page did not load</h1>
        <Note kind="stop" icon="alert" role="alert" title="Something went wrong on our side">
          <p>Your reservations haven’t changed, and you were not charged.</p>
          <p className="row">
            <button className="btn" type="button" onClick={reset}>
              <Icon name="again" /> Try again
            </button>
            <Link className="btn btn--quiet" href="/tickets" prefetch={false}>
              Browse tickets
            </Link>
          </p>
          {error.digest && (
            <p className="small">
              Error <span className="ref">{error.digest}</span>
            </p>
          )}
        </Note>
      </div>
    </main>
  );
}
