import { describeSearch as say, isFiltered, readSearch, searchPath, toApiQuery } from './search.ts';

describe('search parameters', () => {
  it('converts the parameters of the address to the query of the service', () => {
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
      from: '2027-01-01T00:00:00.000Z',
      to: '2027-01-31T23:59:59.999Z',
      sort: '-price',
      status: 'all',
    });
  });

  it('drops unknown sorts and categories and keeps invalid numbers for the service to reject', () => {
    const search = readSearch({ category: 'knitting', sort: 'colour', min: 'abc' });
    expect(Object.fromEntries(toApiQuery(search, 24))).toEqual({ limit: '24', min: 'abc' });
  });

  it('goes to the first page when a filter changes', () => {
    const search = readSearch({ q: 'jazz', cursor: 'abc' });
    expect(searchPath(search, { category: 'music' })).toBe('/tickets?q=jazz&category=music');
    expect(searchPath(search, { cursor: 'def' })).toBe('/tickets?q=jazz&cursor=def');
    expect(searchPath(readSearch({}))).toBe('/tickets');
  });

  it('describes the search as text', () => {
    expect(say(readSearch({ q: 'Mahler', city: 'Graz' }))).toBe('“Mahler” in Graz');
    expect(isFiltered(readSearch({ sort: 'date' }))).toBe(false);
  });
});
