import { readSearch } from '../catalog/search.ts';
import { readFields, toFields, toSavedQuery } from './search-form-fields.ts';

function formOf(fields: [string, string][]): FormData {
  const form = new FormData();
  for (const [name, value] of fields) form.append(name, value);
  return form;
}

describe('the form of a search', () => {
  it.each([
    { q: 'mahler', city: 'Graz' },
    { q: 'mahler', view: 'tickets' },
    { category: 'classical', min: '5', max: '50', currency: 'eur', sort: '-price', status: 'all' },
    {},
  ])('sends all of it: %j', (params) => {
    const search = readSearch(params);

    expect(readFields(formOf(toFields(search)))).toEqual(search);
  });

  it('sends its first page, and ignores files', () => {
    const search = readSearch({ q: 'mahler' });
    expect(readFields(formOf(toFields({ ...search, cursor: 'abc' })))).toEqual(search);

    const form = formOf(toFields(search));
    form.append('city', new File([], 'x'));
    expect(readFields(form)).toEqual(search);
  });
});

describe('the query of a saved search', () => {
  it.each([
    [{ q: 'mahler' }, { q: 'mahler' }],
    [
      { q: 'mahler', view: 'tickets' },
      { q: 'mahler', sort: 'newest' },
    ],
    [
      { city: 'Graz', sort: 'date', status: 'all' },
      { city: 'Graz', sort: 'date', status: 'all' },
    ],
  ])('has the order only where single tickets are listed, so that it opens as %j', (params, query) => {
    const search = readSearch(params);

    expect(toSavedQuery(search)).toEqual(query);
    expect(readSearch(query)).toEqual(search);
  });
});
