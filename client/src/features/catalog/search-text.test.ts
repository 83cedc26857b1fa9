import german from '../../../messages/de/server.json';
import browser from '../../../messages/de/browser.json';
import { createTranslate, english } from '../../i18n/translate.ts';
import { activeFilters, noMatchesTitle, searchTitle } from './search-text.ts';
import { readSearch } from './search.ts';

describe('the titles of a search', () => {
  it('name what is searched', () => {
    expect(searchTitle(english, readSearch({ q: 'Mahler', city: 'Graz' }))).toBe('Tickets: “Mahler” in Graz');
    expect(searchTitle(english, readSearch({ city: 'Graz' }))).toBe('Tickets in Graz');
    expect(searchTitle(english, readSearch({ min: '10' }))).toBe('Search results');
    expect(searchTitle(english, readSearch({}))).toBe('Tickets for sale');
    expect(noMatchesTitle(english, readSearch({ q: 'Mahler', city: 'Graz' }))).toBe(
      'No tickets match “Mahler” in Graz',
    );
    expect(noMatchesTitle(english, readSearch({ city: 'Graz' }))).toBe('No tickets in Graz');
    expect(noMatchesTitle(english, readSearch({ min: '10' }))).toBe('No tickets match your search');
  });

  it('have the category in the language of the page', () => {
    const search = readSearch({ q: 'Mahler', category: 'classical' });
    const t = createTranslate('de', { ...browser, ...german });
    expect(searchTitle(english, search)).toBe('Tickets: “Mahler”, classical');
    expect(searchTitle(t, search)).toBe('Tickets: „Mahler“, Klassik');
  });
});

describe('activeFilters', () => {
  it('names the currency of the limits of the price, or of tickets sorted by price', () => {
    const textsOf = (params: Record<string, string>) =>
      activeFilters(english, readSearch(params)).map(({ text }) => text);
    expect(textsOf({ min: '5', max: '50', currency: 'eur' })).toEqual([
      'price from 5 EUR',
      'price up to 50 EUR',
    ]);
    expect(textsOf({ max: '50' })).toEqual(['price up to 50 in any currency']);
    expect(textsOf({ sort: 'price', currency: 'eur' })).toEqual(['prices in EUR']);
  });

  it('names each filter with the search that remains without it, on the first page', () => {
    const search = readSearch({ q: 'mahler', city: 'Wien', category: 'classical', cursor: 'abc' });
    expect(activeFilters(english, search)).toEqual([
      { text: '“mahler”', without: '/tickets?city=Wien&category=classical' },
      { text: 'in Wien', without: '/tickets?q=mahler&category=classical' },
    ]);
  });
});
