import { render } from '@testing-library/react';
import { Filters } from './filters.tsx';
import { SearchForm } from './search-form.tsx';
import { readSearch, type Search } from './search.ts';

const chosen = {
  q: 'mahler',
  city: 'Vienna',
  category: 'classical',
  from: '2027-01-01',
  to: '2027-12-31',
  min: '5',
  max: '50',
  currency: 'chf',
  view: 'tickets',
  sort: 'price',
  status: 'all',
};

function submitted(search: Search) {
  const { container } = render(
    <>
      <SearchForm search={search} />
      <Filters search={search} counts={undefined} currency="eur" />
    </>,
  );
  return Object.fromEntries(new FormData(container.querySelector('form') ?? undefined)) as Record<
    string,
    string
  >;
}

describe('the search form', () => {
  it('sends the filters too, wherever they are on the page, and starts from the first page', () => {
    expect(submitted(readSearch({ ...chosen, cursor: 'abc' }))).toEqual(chosen);
  });

  it('sends no choice that was not made', () => {
    const empty = { q: '', city: '', from: '', to: '', min: '', max: '', currency: 'eur' };
    expect(submitted(readSearch({}))).toEqual(empty);
    expect(readSearch(submitted(readSearch({})))).toEqual(readSearch({}));
  });
});
