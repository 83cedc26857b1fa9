import { describeSearch as say, isFiltered, readSearch, searchPath, toApiQuery } from './search.ts';

describe('a search', () => {
  it('asks the service for what the address says', () => {
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

  it('drops sorts and categories that do not exist, and leaves wrong numbers to the service', () => {
    const search = readSearch({ category: 'knitting', sort: 'colour', min: 'abc' });
    expect(Object.fromEntries(toApiQuery(search, 24))).toEqual({ limit: '24', min: 'abc' });
  });

  it('starts at the first page when anything changes', () => {
    const search = readSearch({ q: 'jazz', cursor: 'abc' });
    expect(searchPath(search, { category: 'music' })).toBe('/tickets?q=jazz&category=music');
    expect(searchPath(search, { cursor: 'def' })).toBe('/tickets?q=jazz&cursor=def');
    expect(searchPath(readSearch({}))).toBe('/tickets');
  });

  it('is said in words', () => {
    expect(say(readSearch({ q: 'Mahler', city: 'Graz' }))).toBe('“Mahler” in Graz');
    expect(isFiltered(readSearch({ sort: 'date' }))).toBe(false);
  });
});
