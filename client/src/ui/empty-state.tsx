import type { ReactNode } from 'react';
import { RepeatSign } from './logo.tsx';

/** A place where a ticket could be. */
export function EmptyState({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="empty">
      <RepeatSign />
      <h2>{title}</h2>
      {children}
    </div>
  );
}
