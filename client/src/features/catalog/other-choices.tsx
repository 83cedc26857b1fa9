import { toParams, type Search } from './search.ts';

/** Carries the choices that a form does not edit, so that submitting it loses none of them. It goes to page one. */
export function OtherChoices({ search, edited }: { search: Search; edited: string[] }) {
  return [...toParams({ ...search, cursor: '' })]
    .filter(([name]) => !edited.includes(name))
    .map(([name, value]) => <input key={name} type="hidden" name={name} value={value} />);
}
