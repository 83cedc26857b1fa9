import Link from 'next/link';
import { PendingHint } from './pending-hint.tsx';

type Props = {
  previous: string | undefined;
  next: string | undefined;
  /** The address of the page with a cursor. */
  pathOf: (cursor: string) => string;
};

/** The links to the pages before and after this one of a list. */
export function PageLinks({ previous, next, pathOf }: Props) {
  if (previous === undefined && next === undefined) return null;
  return (
    <nav className="pages" aria-label="Pages">
      {previous !== undefined && (
        <Link href={pathOf(previous)} prefetch={false} rel="prev">
          Previous
          <PendingHint />
        </Link>
      )}
      {next !== undefined && (
        <Link href={pathOf(next)} prefetch={false} rel="next">
          Next
          <PendingHint />
        </Link>
      )}
    </nav>
  );
}
