import type { Metadata } from 'next';
import Link from 'next/link';
import { Prose } from '../../ui/prose.tsx';

export const metadata: Metadata = { title: 'You are offline' };

export default function OfflinePage() {
  return (
    <Prose title="You are offline" lead="Encore needs a connection to show what is available right now.">
      <section>
        <h2>Meanwhile</h2>
        <p>
          Your reservations keep their time, and you are not charged while you are offline. Open the page
          again when you’re back online.
        </p>
      </section>
      <p>
        <Link className="btn btn--main" href="/">
          Try again
        </Link>
      </p>
    </Prose>
  );
}
