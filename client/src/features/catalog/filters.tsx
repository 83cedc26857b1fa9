import type { InputHTMLAttributes } from 'react';
import { useTranslate } from '#use-translate';
import { messages } from '../../i18n/translate.ts';
import { Link } from '../../ui/link.tsx';
import { categories, categoryNames } from '../../lib/types.ts';
import type { Counts } from '../../server/counts.ts';
import { LocalTime } from '../../ui/local-time.tsx';
import { Icon } from '../../ui/icon.tsx';
import { currencies } from '../../lib/currencies.ts';
import { activeFilters } from './search-text.ts';
import { searchPath, SEARCH_FORM, viewPath, type Search } from './search.ts';
import { SortSelect } from './sort-select.tsx';

type Props = {
  search: Search;
  counts: Counts | undefined;
  /** What the field for the currency starts with. */
  currency: string;
  /** Where no other part of the page says when the tickets were counted. */
  saysWhenCounted?: boolean;
};

/**
 * The chips are links, and the fields belong to the search form, so filtering works without JavaScript. On phones the
 * fields are a sheet that a button opens.
 */
export function Filters({ search, counts, currency, saysWhenCounted = false }: Props) {
  const t = useTranslate();
  // The counts cover everything for sale, so they do not apply to a filtered search.
  const active = activeFilters(t, search);
  const shownCounts = active.length > 0 ? undefined : counts;
  return (
    <div className="filters">
      <CategoryChips search={search} counts={shownCounts} />
      {shownCounts && saysWhenCounted && (
        <p className="small wide">
          {t.rich('Counted at {time}', { time: <LocalTime iso={shownCounts.countedAt} withSeconds /> })}
        </p>
      )}
      <div className="row choices-row">
        <ViewSwitch search={search} />
        {search.view === 'tickets' && (
          <span className="pick">
            <label htmlFor="sort">{t('Sort by')}</label>
            <SortSelect sort={search.sort} />
          </span>
        )}
        <button className="btn narrow" type="button" popoverTarget="filters">
          <Icon name="sliders" /> <span>{t('Filters')}</span>
          {active.length > 0 && ` (${active.length})`}
        </button>
        <Sheet search={search} currency={currency} />
      </div>
      {search.sort.endsWith('price') && (
        <p className="meta">
          {search.currency
            ? t('Prices in {code} only, so that they compare.', { code: search.currency.toUpperCase() })
            : t('Sorted by price within each currency.')}
        </p>
      )}
      {active.length > 0 && (
        <ul className="chips" aria-label={t('Active filters')}>
          {active.map(({ text, without }) => (
            <li key={text}>
              <Link
                className="chip"
                href={without}
                prefetch={false}
                aria-label={t('Remove the filter {text}', { text })}
              >
                <bdi>{text}</bdi> <span aria-hidden="true">×</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

const views = messages([
  ['events', 'Events'],
  ['tickets', 'Tickets'],
] as const);

function ViewSwitch({ search }: { search: Search }) {
  const t = useTranslate();
  return (
    <nav className="switch" aria-label={t('List')}>
      {views.map(([view, label]) => (
        <Link
          key={view}
          href={viewPath(search, view)}
          prefetch={false}
          aria-current={search.view === view ? 'true' : undefined}
        >
          {t(label)}
        </Link>
      ))}
    </nav>
  );
}

function Sheet({ search, currency }: Pick<Props, 'search' | 'currency'>) {
  const t = useTranslate();
  return (
    <div className="sheet" id="filters" popover="auto" role="group" aria-label={t('Filters')}>
      <FilterField
        name="city"
        label={t('City')}
        dir="auto"
        maxLength={100}
        defaultValue={search.city}
        autoComplete="address-level2"
      />
      <FilterField name="from" label={t('From')} type="date" defaultValue={search.from} />
      <FilterField name="to" label={t('Until')} type="date" defaultValue={search.to} />
      <FilterField name="min" label={t('Price from')} inputMode="decimal" defaultValue={search.min} />
      <FilterField name="max" label={t('Price up to')} inputMode="decimal" defaultValue={search.max} />
      <CurrencyField currency={search.currency || currency} />
      {search.view === 'tickets' && (
        <label className="check">
          <input type="checkbox" name="status" value="all" form={SEARCH_FORM} defaultChecked={search.all} />{' '}
          {t('Include reserved and sold tickets')}
        </label>
      )}
      <button className="btn" type="submit" form={SEARCH_FORM}>
        {t('Apply')}
      </button>
    </div>
  );
}

function CategoryChips({ search, counts }: Pick<Props, 'search' | 'counts'>) {
  const t = useTranslate();
  const chips = [
    { category: '', label: t('All'), count: counts?.available },
    ...categories.map((category) => ({
      category,
      label: t(categoryNames[category]),
      count: counts?.byCategory[category],
    })),
  ];
  return (
    <nav className="chips chips--scroll" aria-label={t('Category')}>
      {chips.map(({ category, label, count }) => (
        <Link
          key={label}
          className="chip"
          href={searchPath(search, { category })}
          prefetch={false}
          aria-current={search.category === category ? 'true' : undefined}
        >
          {label} {count !== undefined && <span>{count}</span>}
        </Link>
      ))}
    </nav>
  );
}

type FilterFieldProps = { name: string; label: string } & InputHTMLAttributes<HTMLInputElement>;

function FilterField({ name, label, ...input }: FilterFieldProps) {
  return (
    <span className="pick">
      <label htmlFor={name}>{label}</label>
      <input className="input input--small" id={name} name={name} form={SEARCH_FORM} {...input} />
    </span>
  );
}

/** Counts with a price only, so no one has to choose one. */
function CurrencyField({ currency }: { currency: string }) {
  const t = useTranslate();
  return (
    <span className="pick">
      <label htmlFor="currency">{t('Currency')}</label>
      <select className="select" id="currency" name="currency" form={SEARCH_FORM} defaultValue={currency}>
        {currencies.map((code) => (
          <option key={code} value={code}>
            {code.toUpperCase()}
          </option>
        ))}
      </select>
    </span>
  );
}
