import { useTranslate } from '#use-translate';
import { Icon } from '../../ui/icon.tsx';
import { SEARCH_FORM, type Search } from './search.ts';
import { SearchInput } from './search-input.tsx';

/** A plain GET form, so that searching works without JavaScript. Every search starts at page one. */
export function SearchForm({ search }: { search: Search }) {
  const t = useTranslate();
  return (
    <form className="find" id={SEARCH_FORM} role="search" action={t.path('/tickets')}>
      <div className="field">
        <label htmlFor="q">{t('Event, artist or team')}</label>
        <SearchInput value={search.q} />
      </div>
      {search.view === 'tickets' && <input type="hidden" name="view" value="tickets" />}
      {search.category && <input type="hidden" name="category" value={search.category} />}
      <button className="btn btn--main btn--big" type="submit" aria-label={t('Search')}>
        <Icon name="search" /> <span>{t('Search')}</span>
      </button>
    </form>
  );
}
