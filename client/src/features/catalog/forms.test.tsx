import { render } from '@testing-library/react';
import { Filters } from './filters.tsx';
import { SearchForm } from './search-form.tsx';
import { readSearch } from './search.ts';

const chosen = {
  q: 'mahler',
  city: 'Vienna',
  category: 'classical',
  from: '2027-01-01',
  to: '2027-12-31',
  min: '5',
  max: '50',
  sort: 'price',
  status: 'all',
};
const search = readSearch({ ...chosen, cursor: 'abc' });

function submittedBy(element: React.ReactElement) {
  const form = render(element).container.querySelector('form');
  return Object.fromEntries(new FormData(form ?? undefined));
}

describe('the forms of the search', () => {
  it('keep every choice of the other form when "Search" is submitted, from the first page', () => {
    expect(submittedBy(<SearchForm search={search} />)).toEqual(chosen);
  });

  it('keep every choice of the other form when "Apply" is submitted, from the first page', () => {
    expect(submittedBy(<Filters search={search} counts={undefined} />)).toEqual(chosen);
  });

  it('submit no choice that was not made', () => {
    expect(submittedBy(<SearchForm search={readSearch({})} />)).toEqual({ q: '', city: '', from: '' });
  });
});
