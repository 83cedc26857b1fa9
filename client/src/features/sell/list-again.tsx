import Link from 'next/link';
import { newListingPath } from '../../lib/paths.ts';
import type { Ticket } from '../../lib/types.ts';

/** The action of a row for a ticket that is not for sale any more. */
export function ListAgain({ ticket: { id, title } }: { ticket: Pick<Ticket, 'id' | 'title'> }) {
  return (
    <Link
      className="btn btn--quiet"
      href={newListingPath(id)}
      prefetch={false}
      aria-label={`List ${title} again`}
    >
      List again
    </Link>
  );
}
