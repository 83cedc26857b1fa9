import type { SavedSearch } from '../../lib/types.ts';
import type { ReadResult } from '../../server/api.ts';
import { Link } from '../../ui/link.tsx';
import { LoadFailed } from '../../ui/load-failed.tsx';
import { activeFilters, searchTitle } from '../catalog/search-text.ts';
import { readSearch, type Search } from '../catalog/search.ts';
import { SearchFields } from './search-fields.tsx';
import { SearchProblem } from './search-problem.tsx';
import { useTranslate } from '#use-translate';
import type { Translate } from '../../i18n/translate.ts';

/** The service counts no further. */
const COUNTED_TO = 100;

type Props = {
  result: ReadResult<SavedSearch[]>;
  /** What became of the last deletion: `deleted`, or the code of an error. */
  outcome: string | undefined;
};

/** The user's saved searches, with plain forms that work without scripts. */
export function SavedSearches({ result, outcome }: Props) {
  const t = useTranslate();
  if (!result.ok) return <LoadFailed title={t('Your saved searches did not load')} error={result.error} />;
  return (
    <>
      {outcome && <Outcome outcome={outcome} />}
      {result.value.length === 0 ? (
        <p className="meta">
          {t('You haven’t saved any. Search for tickets, then choose “Save this search”.')}{' '}
          <Link href="/tickets" prefetch={false}>
            {t('Browse tickets')}
          </Link>
        </p>
      ) : (
        <ul className="searches">
          {result.value.map((saved) => (
            <SavedSearchRow key={saved.id} saved={saved} />
          ))}
        </ul>
      )}
    </>
  );
}

function Outcome({ outcome }: { outcome: string }) {
  const t = useTranslate();
  if (outcome === 'deleted')
    return (
      <p className="gap-b" role="status">
        {t('The search was deleted.')}
      </p>
    );
  return (
    <div className="gap-b">
      <SearchProblem title={t('The search was not deleted')} code={outcome} level={3} />
    </div>
  );
}

function SavedSearchRow({ saved: { id, query, newTickets: counted } }: { saved: SavedSearch }) {
  const t = useTranslate();
  const search = readSearch(query);
  const { q, city, category } = search;
  const title = q || city || category ? searchTitle(t, search) : t('Tickets');
  const details = activeFilters(t, { ...search, q: '', city: '' }).map(({ text }) => text);
  const newTickets = counted ?? 0;
  // What is new comes first in the list of tickets, and anywhere in that of events.
  const opened: Search = newTickets > 0 ? { ...search, view: 'tickets', sort: 'newest' } : search;
  return (
    <li>
      <div>
        <h3 dir="auto">{title}</h3>
        {details.length > 0 && <p className="meta">{details.join(', ')}</p>}
        <p className={newTickets > 0 ? undefined : 'meta'}>{newText(t, counted)}</p>
      </div>
      <div className="row">
        <form method="post" action={t.path(`/searches/${id}/open`)}>
          <SearchFields search={opened} />
          <button className="btn" type="submit" aria-label={t('Open: {title}', { title })}>
            {t('Open')}
          </button>
        </form>
        <form method="post" action={t.path(`/searches/${id}/delete`)}>
          <button className="btn btn--quiet" type="submit" aria-label={t('Delete: {title}', { title })}>
            {t('Delete')}
          </button>
        </form>
      </div>
    </li>
  );
}

function newText(t: Translate, newTickets: number | undefined): string {
  if (newTickets === undefined) return t('We couldn’t count what is new.');
  return newTickets >= COUNTED_TO
    ? t('100 or more new since you last looked')
    : t('{newTickets, plural, =0 {Nothing new} other {# new since you last looked}}', { newTickets });
}
