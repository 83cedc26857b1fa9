import type { Search } from '../catalog/search.ts';
import { toFields } from './search-form-fields.ts';

export function SearchFields({ search }: { search: Search }) {
  return toFields(search).map(([name, value]) => (
    <input key={name} type="hidden" name={name} value={value} />
  ));
}
