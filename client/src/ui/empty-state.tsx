import type { ReactNode } from 'react';
import { RepeatSign } from './logo.tsx';

/** Shown where a list has no entries. */
export function EmptyState({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="empty">
      <RepeatSign />
      <h2>{title}</h2>
      {children}
    </div>
  );
}
