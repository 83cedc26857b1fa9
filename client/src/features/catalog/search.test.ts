import {
  activeFilters,
  isFiltered,
  noMatchesTitle,
  readSearch,
  searchPath,
  searchTitle,
  toApiQuery,
} from './search.ts';

describe('search parameters', () => {
  it('convert the parameters of the address to the query of the service', () => {
    const search = readSearch({
      q: ' mahler ',
      category: 'classical',
      from: '2027-01-01',
      to: '2027-01-31',
      sort: '-price',
      status: 'all',
    });
    expect(Object.fromEntries(toApiQuery(search, 24))).toEqual({
      limit: '24',
      q: 'mahler',
      category: 'classical',
      from: '2027-01-01',
      to: '2027-01-31',
      sort: '-price',
      status: 'all',
    });
  });

  it('drop unknown sorts and categories and keep invalid numbers for the service to reject', () => {
    const search = readSearch({ category: 'knitting', sort: 'color', min: 'abc' });
    expect(Object.fromEntries(toApiQuery(search, 24))).toEqual({ limit: '24', min: 'abc' });
  });

  it('go to the first page when a filter changes', () => {
    const search = readSearch({ q: 'jazz', cursor: 'abc' });
    expect(searchPath(search, { category: 'music' })).toBe('/tickets?q=jazz&category=music');
    expect(searchPath(search, { cursor: 'def' })).toBe('/tickets?q=jazz&cursor=def');
    expect(searchPath(readSearch({}))).toBe('/tickets');
  });

  it('name the search in the titles of the page', () => {
    expect(searchTitle(readSearch({ q: 'Mahler', city: 'Graz' }))).toBe('Tickets: “Mahler” in Graz');
    expect(searchTitle(readSearch({ city: 'Graz' }))).toBe('Tickets in Graz');
    expect(searchTitle(readSearch({ min: '10' }))).toBe('Search results');
    expect(searchTitle(readSearch({}))).toBe('Tickets for sale');
    expect(noMatchesTitle(readSearch({ q: 'Mahler', city: 'Graz' }))).toBe(
      'No tickets match “Mahler” in Graz',
    );
    expect(noMatchesTitle(readSearch({ city: 'Graz' }))).toBe('No tickets in Graz');
    expect(noMatchesTitle(readSearch({ min: '10' }))).toBe('No tickets match your search');
  });

  it('do not count the order of the results as a filter', () => {
    expect(isFiltered(readSearch({ sort: 'date' }))).toBe(false);
  });
});

describe('activeFilters', () => {
  it('names each filter with the search that remains without it, on the first page', () => {
    const search = readSearch({ q: 'mahler', city: 'Wien', category: 'classical', cursor: 'abc' });
    expect(activeFilters(search)).toEqual([
      { text: '“mahler”', without: '/tickets?city=Wien&category=classical' },
      { text: 'in Wien', without: '/tickets?q=mahler&category=classical' },
    ]);
  });
});
