'use client';

import { encore } from './fonts.ts';
import './globals.css';

/** Replaces the whole page when the root layout fails. */
export default function GlobalError({ reset }: { error: Error; reset: () => void }) {
  return (
    <html lang="en" className={encore.variable}>
      <body>
        <main id="main" className="wrap">
          <div className="section stack">
            <title>Something went wrong · Encore</title>
            <h1>Encore did not load</h1>
            <p>
              Something went wrong on our side. Your reservations haven’t changed, and you were not charged.
            </p>
            <form className="row" action="/tickets">
              <button className="btn btn--main" type="button" onClick={reset}>
                Try again
              </button>
              <button className="btn btn--quiet" type="submit">
                Browse tickets
              </button>
            </form>
          </div>
        </main>
      </body>
    </html>
  );
}
