import { isFiltered, readSearch, searchPath, toApiQuery, viewPath } from './search.ts';

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

  it('list events, but single tickets with an order or with sold ones, and keep that in the address', () => {
    const viewOf = (params: Record<string, string>) => readSearch(params).view;
    expect([viewOf({}), viewOf({ q: 'jazz' }), viewOf({ sort: 'color' })]).toEqual([
      'events',
      'events',
      'events',
    ]);
    for (const params of [{ view: 'tickets' }, { sort: 'price' }, { status: 'all' }] as Record<
      string,
      string
    >[])
      expect([params, viewOf(params)]).toEqual([params, 'tickets']);
    const search = readSearch({ q: 'jazz', sort: '-price', status: 'all' });
    expect(searchPath(search)).toBe('/tickets?q=jazz&view=tickets&sort=-price&status=all');
    expect(viewPath(search, 'events')).toBe('/tickets?q=jazz');
    expect(viewPath(readSearch({ q: 'jazz' }), 'tickets')).toBe('/tickets?q=jazz&view=tickets');
  });

  it('have a currency only where prices compare, and only a known one', () => {
    const currencyOf = (params: Record<string, string>) =>
      readSearch({ currency: 'eur', ...params }).currency;
    expect([currencyOf({}), currencyOf({ sort: 'date' })]).toEqual(['', '']);
    expect([currencyOf({ min: '5' }), currencyOf({ max: '5' }), currencyOf({ sort: 'price' })]).toEqual([
      'eur',
      'eur',
      'eur',
    ]);
    expect(currencyOf({ min: '5', currency: 'xyz' })).toBe('');
    expect(Object.fromEntries(toApiQuery(readSearch({ max: '5', currency: 'eur' }), 24))).toEqual({
      limit: '24',
      max: '5',
      currency: 'eur',
    });
  });

  it('do not count the order of the results as a filter', () => {
    expect(isFiltered(readSearch({ sort: 'date' }))).toBe(false);
  });
});
