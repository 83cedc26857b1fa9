import type { Metadata } from 'next';
import Link from 'next/link';
import { Similar } from '../features/catalog/similar.tsx';
import { PosterImage } from '../ui/poster-image.tsx';

export const metadata: Metadata = { title: 'Not found' };

const WALL = [
  ['encore-404-a', 'comedy'],
  ['encore-404-b', 'music'],
  ['encore-404-c', 'classical'],
  ['encore-404-d', 'festival'],
] as const;

export default function NotFound() {
  return (
    <main id="main" tabIndex={-1} className="wrap">
      <div className="section">
        <div className="torn panel">
          <div className="stack">
            <h1>This page left after the first half.</h1>
            <p className="meta">The link may be old, or the listing was withdrawn by its seller.</p>
            <div className="row">
              <Link className="btn btn--main" href="/tickets" prefetch={false}>
                Browse tickets
              </Link>
              <Link className="btn" href="/orders" prefetch={false}>
                Go to my orders
              </Link>
            </div>
          </div>
          <div className="door__wall" aria-hidden="true">
            {WALL.map(([id, category]) => (
              <PosterImage key={id} id={id} category={category} isLazy />
            ))}
          </div>
        </div>
      </div>
      <Similar title="For sale right now" />
    </main>
  );
}
