import Link from 'next/link';
import type { InputHTMLAttributes } from 'react';
import { categories, categoryNames } from '../../lib/types.ts';
import type { Counts } from '../../server/counts.ts';
import { LocalTime } from '../../ui/local-time.tsx';
import { OtherChoices } from './other-choices.tsx';
import { searchPath, sorts, type Search } from './search.ts';

type Props = {
  search: Search;
  counts: Counts | undefined;
  /** Where no other part of the page says when the tickets were counted. */
  saysWhenCounted?: boolean;
};

/** The chips are links and the rest is a GET form, so filtering works without JavaScript. */
export function Filters({ search, counts, saysWhenCounted = false }: Props) {
  // The counts cover everything for sale, so they do not apply to a filtered search.
  const { q, city, from, to, min, max } = search;
  const shownCounts = q || city || from || to || min || max ? undefined : counts;
  return (
    <div className="filters">
      <CategoryChips search={search} counts={shownCounts} />
      {shownCounts && saysWhenCounted && (
        <p className="small">
          Counted at <LocalTime iso={shownCounts.countedAt} withSeconds />
        </p>
      )}
      <form className="row row--apart" action="/tickets">
        <OtherChoices search={search} edited={['sort', 'min', 'max', 'to', 'status']} />
        <div className="row picks">
          <span className="pick">
            <label htmlFor="sort">Sort by</label>
            <select className="select" id="sort" name="sort" defaultValue={search.sort}>
              {sorts.map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </select>
          </span>
          <FilterField name="min" label="Price from" inputMode="decimal" defaultValue={search.min} />
          <FilterField name="max" label="Price up to" inputMode="decimal" defaultValue={search.max} />
          <FilterField
            name="to"
            label="Until"
            type="date"
            className="input input--small input--date"
            defaultValue={search.to}
          />
        </div>
        <div className="row">
          <label className="check">
            <input type="checkbox" name="status" value="all" defaultChecked={search.all} /> Include reserved
            and sold tickets
          </label>
          <button className="btn" type="submit">
            Apply
          </button>
        </div>
      </form>
    </div>
  );
}

function CategoryChips({ search, counts }: Omit<Props, 'saysWhenCounted'>) {
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

function FilterField({ name, label, className = 'input input--small', ...input }: FilterFieldProps) {
  return (
    <span className="pick">
      <label htmlFor={name}>{label}</label>
      <input className={className} id={name} name={name} {...input} />
    </span>
  );
}
