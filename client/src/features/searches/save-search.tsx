import type { ReactNode } from 'react';
import { Icon } from '../../ui/icon.tsx';
import { Link } from '../../ui/link.tsx';
import { Note } from '../../ui/note.tsx';
import type { Search } from '../catalog/search.ts';
import { SearchFields } from './search-fields.tsx';
import { SearchProblem } from './search-problem.tsx';
import { useTranslate } from '#use-translate';

/** A plain form, which works without scripts. A guest signs in first and comes back to this search. */
export function SaveSearch({ search }: { search: Search }) {
  const t = useTranslate();
  return (
    <form method="post" action={t.path('/searches/save')}>
      <SearchFields search={search} />
      <button className="btn" type="submit">
        <Icon name="bell" /> {t('Save this search')}
      </button>
    </form>
  );
}

/** What became of the form: `saved`, or the code of an error. */
export function SaveOutcome({ outcome }: { outcome: string }) {
  const t = useTranslate();
  if (outcome !== 'saved')
    return (
      <SearchProblem title={t('The search was not saved')} code={outcome}>
        <p>{t.rich('Your <link>account</link> has your saved searches.', { link: accountLink })}</p>
      </SearchProblem>
    );
  return (
    <Note kind="free" icon="tick" role="status" title={t('Search saved')}>
      <p>{t.rich('Your <link>account</link> shows how many new tickets it finds.', { link: accountLink })}</p>
    </Note>
  );
}

const accountLink = (content: ReactNode[]) => (
  <Link href="/account#searches" prefetch={false}>
    {content}
  </Link>
);
