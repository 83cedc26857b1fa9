import type { InputHTMLAttributes } from 'react';
import { Link } from '../../ui/link.tsx';
import { categories, categoryNames } from '../../lib/types.ts';
import type { Counts } from '../../server/counts.ts';
import { LocalTime } from '../../ui/local-time.tsx';
import { Icon } from '../../ui/icon.tsx';
import { currencies } from '../../lib/currencies.ts';
import { activeFilters, searchPath, SEARCH_FORM, viewPath, type Search } from './search.ts';
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
  // The counts cover everything for sale, so they do not apply to a filtered search.
  const active = activeFilters(search);
  const shownCounts = active.length > 0 ? undefined : counts;
  return (
    <div className="filters">
      <CategoryChips search={search} counts={shownCounts} />
      {shownCounts && saysWhenCounted && (
        <p className="small wide">
          Counted at <LocalTime iso={shownCounts.countedAt} withSeconds />
        </p>
      )}
      <div className="row choices-row">
        <ViewSwitch search={search} />
        {search.view === 'tickets' && (
          <span className="pick">
            <label htmlFor="sort">Sort by</label>
            <SortSelect sort={search.sort} />
          </span>
        )}
        <button className="btn narrow" type="button" popoverTarget="filters">
          <Icon name="sliders" /> <span>Filters</span>
          {active.length > 0 && ` (${active.length})`}
        </button>
        <Sheet search={search} currency={currency} />
      </div>
      {search.sort.endsWith('price') && (
        <p className="meta">
          {search.currency
            ? `Prices in ${search.currency.toUpperCase()} only, so that they compare.`
            : 'Sorted by price within each currency.'}
        </p>
      )}
      {active.length > 0 && (
        <ul className="chips" aria-label="Active filters">
          {active.map(({ text, without }) => (
            <li key={text}>
              <Link className="chip" href={without} prefetch={false} aria-label={`Remove the filter ${text}`}>
                <bdi>{text}</bdi> <span aria-hidden="true">×</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

const views = [
  ['events', 'Events'],
  ['tickets', 'Tickets'],
] as const;

function ViewSwitch({ search }: { search: Search }) {
  return (
    <nav className="switch" aria-label="List">
      {views.map(([view, label]) => (
        <Link
          key={view}
          href={viewPath(search, view)}
          prefetch={false}
          aria-current={search.view === view ? 'true' : undefined}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}

function Sheet({ search, currency }: Pick<Props, 'search' | 'currency'>) {
  return (
    <div className="sheet" id="filters" popover="auto" role="group" aria-label="Filters">
      <FilterField
        name="city"
        label="City"
        dir="auto"
        maxLength={100}
        defaultValue={search.city}
        autoComplete="address-level2"
      />
      <FilterField name="from" label="From" type="date" defaultValue={search.from} />
      <FilterField name="to" label="Until" type="date" defaultValue={search.to} />
      <FilterField name="min" label="Price from" inputMode="decimal" defaultValue={search.min} />
      <FilterField name="max" label="Price up to" inputMode="decimal" defaultValue={search.max} />
      <CurrencyField currency={search.currency || currency} />
      {search.view === 'tickets' && (
        <label className="check">
          <input type="checkbox" name="status" value="all" form={SEARCH_FORM} defaultChecked={search.all} />{' '}
          Include reserved and sold tickets
        </label>
      )}
      <button className="btn" type="submit" form={SEARCH_FORM}>
        Apply
      </button>
    </div>
  );
}

function CategoryChips({ search, counts }: Pick<Props, 'search' | 'counts'>) {
  const chips = [
    { category: '', label: 'All', count: counts?.available },
    ...categories.map((category) => ({
      category,
      label: categoryNames[category],
      count: counts?.byCategory[category],
    })),
  ];
  return (
    <nav className="chips chips--scroll" aria-label="Category">
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
  return (
    <span className="pick">
      <label htmlFor="currency">Currency</label>
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
