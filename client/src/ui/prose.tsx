import type { ReactNode } from 'react';

/** The layout of a text page. */
export function Prose({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  return (
    <main id="main" tabIndex={-1} className="wrap">
      <div className="section section--head">
        <h1>{title}</h1>
        <p className="lead">{lead}</p>
      </div>
      <div className="prose">{children}</div>
      <div className="section" />
    </main>
  );
}
