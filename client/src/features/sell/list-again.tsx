import { Link } from '../../ui/link.tsx';
import { newListingPath } from '../../lib/paths.ts';
import type { Ticket } from '../../lib/types.ts';
import { useTranslate } from '#use-translate';

/** The action of a row for a ticket that is not for sale any more. */
export function ListAgain({ ticket: { id, title } }: { ticket: Pick<Ticket, 'id' | 'title'> }) {
  const t = useTranslate();
  return (
    <Link
      className="btn btn--quiet"
      href={newListingPath(id)}
      prefetch={false}
      aria-label={t('List {title} again', { title })}
    >
      {t('List again')}
    </Link>
  );
}
