import Link from 'next/link';
import type { ReactNode } from 'react';
import { Icon } from '../../ui/icon.tsx';

/** The frame of a page below the start of the console. */
export function ConsolePage({ children }: { children: ReactNode }) {
  return (
    <main id="main" tabIndex={-1} className="wrap stack">
      <p className="crumb">
        <Link href="/admin" prefetch={false}>
          <Icon name="back" /> Console
        </Link>
      </p>
      {children}
    </main>
  );
}

/** A part of a page of the console; `id` is the id of its title. */
export function ConsoleSection({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <section className="section--tight" aria-labelledby={id}>
      <h2 id={id} className="gap-b">
        {title}
      </h2>
      {children}
    </section>
  );
}
