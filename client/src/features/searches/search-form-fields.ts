import { readSearch, toParams, type Search } from '../catalog/search.ts';

/** The fields of a plain form that sends a search. Its first page: where someone was in the results does not matter. */
export function toFields(search: Search): [name: string, value: string][] {
  return [...toParams({ ...search, cursor: '' })];
}

/** The search that such a form has sent. */
export function readFields(form: FormData): Search {
  const texts = [...form].filter((field): field is [string, string] => typeof field[1] === 'string');
  return readSearch(Object.fromEntries(texts));
}

/** The search as the service saves it. That it lists single tickets is in its order. */
export function toSavedQuery(search: Search): Record<string, string> {
  const { view, ...query } = Object.fromEntries(toFields(search));
  return view === 'tickets' ? { ...query, sort: search.sort } : query;
}
