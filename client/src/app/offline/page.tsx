import type { Metadata } from 'next';
import Link from 'next/link';
import { Prose } from '../../ui/prose.tsx';

export const metadata: Metadata = { title: 'You are offline' };

export default function OfflinePage() {
  return (
    <Prose title="You are offline" lead="Encore needs a connection to know what is free right now.">
      <section>
        <h2>Meanwhile</h2>
        <p>
          What is held for you stays held while its time runs, and nothing is charged while you are away. Open
          the page again when the connection is back.
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
