import Link from 'next/link';
import { categories, categoryNames } from '../../lib/types.ts';
import type { Counts } from '../../server/counts.ts';
import { searchPath, sorts, type Search } from './search.ts';

/** Chips are links, the rest is a GET form with its own button. Counts are those of everything for sale. */
export function Filters({ search, counts }: { search: Search; counts: Counts | undefined }) {
  const showsCounts =
    counts && !search.q && !search.city && !search.from && !search.to && !search.min && !search.max;
  const chips = [
    ['', 'All', counts?.available],
    ...categories.map((name) => [name, categoryNames[name], counts?.byCategory[name]]),
  ] as [string, string, number | undefined][];
  return (
    <div className="filters">
      <nav className="chips chips--scroll" aria-label="Category">
        {chips.map(([category, label, count]) => (
          <Link
            key={label}
            className="chip"
            href={searchPath(search, { category })}
            prefetch={false}
            aria-current={search.category === category ? 'true' : undefined}
          >
            {label} {showsCounts && count !== undefined && <span>{count}</span>}
          </Link>
        ))}
      </nav>
      <form className="row row--apart" action="/tickets">
        {(['q', 'city', 'category', 'from'] as const).map(
          (name) => search[name] && <input key={name} type="hidden" name={name} value={search[name]} />,
        )}
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
          <span className="pick">
            <label htmlFor="min">Price from</label>
            <input
              className="input input--small"
              id="min"
              name="min"
              inputMode="decimal"
              defaultValue={search.min}
            />
          </span>
          <span className="pick">
            <label htmlFor="max">Price up to</label>
            <input
              className="input input--small"
              id="max"
              name="max"
              inputMode="decimal"
              defaultValue={search.max}
            />
          </span>
          <span className="pick">
            <label htmlFor="to">Until</label>
            <input
              className="input input--small input--date"
              id="to"
              name="to"
              type="date"
              defaultValue={search.to}
            />
          </span>
        </div>
        <div className="row">
          <label className="check">
            <input type="checkbox" name="status" value="all" defaultChecked={search.all} /> Show on hold and
            sold
          </label>
          <button className="btn" type="submit">
            Apply
          </button>
        </div>
      </form>
    </div>
  );
}
