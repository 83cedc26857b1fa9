import { english } from '../../i18n/translate.ts';
import { widen } from './widen.ts';
import { readSearch, searchPath } from './search.ts';

const pathsOf = (params: Record<string, string>) =>
  widen(english, readSearch(params)).map(({ title, search }) => [title, searchPath(search)]);

describe('widen', () => {
  it('looks for the same words elsewhere, then for the same city and the same week', () => {
    expect(pathsOf({ q: 'Mahler', city: 'Graz', from: '2031-05-04', to: '2031-05-05' })).toEqual([
      ['In the same week', '/tickets?q=Mahler&city=Graz&from=2031-05-01&to=2031-05-08'],
      ['“Mahler” elsewhere', '/tickets?q=Mahler'],
      ['In Graz', '/tickets?city=Graz'],
      ['Other events in the same week', '/tickets?city=Graz&from=2031-05-01&to=2031-05-08'],
    ]);
  });

  it('looks at other prices first', () => {
    expect(pathsOf({ city: 'Graz', max: '5', currency: 'eur' })).toEqual([
      ['At other prices', '/tickets?city=Graz'],
    ]);
  });

  it('ignores dates that are none, and has nothing wider for a word alone', () => {
    expect(pathsOf({ q: 'zzzz', from: 'soon' })).toEqual([['“zzzz” elsewhere', '/tickets?q=zzzz']]);
    expect(pathsOf({ q: 'zzzz' })).toEqual([]);
  });
});
