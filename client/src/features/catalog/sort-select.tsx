'use client';

import { useTranslate } from '#use-translate';
import { SEARCH_FORM, sorts } from './search.ts';

/** Applies at once. Without JavaScript the order applies with the next search. */
export function SortSelect({ sort }: { sort: string }) {
  const t = useTranslate();
  return (
    <select
      className="select"
      id="sort"
      name="sort"
      form={SEARCH_FORM}
      defaultValue={sort}
      onChange={({ currentTarget }) => currentTarget.form?.requestSubmit()}
    >
      {sorts.map(([value, label]) => (
        <option key={value} value={value}>
          {t(label)}
        </option>
      ))}
    </select>
  );
}
