import { languageRedirect, preferredLocale, readPath } from './choose-locale.ts';
import { barePath, localPath } from './locales.ts';

const redirect = (path: string, headers: Record<string, string>, method = 'GET') =>
  languageRedirect(method, path, new Headers(headers));
const GERMAN = { 'accept-language': 'de-AT,de;q=0.9,en;q=0.5' };

describe('the language of an address', () => {
  it.each([
    ['/de', 'de', '/'],
    ['/de/tickets', 'de', '/tickets'],
    ['/tickets', 'en', '/tickets'],
    ['/design', 'en', '/design'],
    ['/fr/tickets', 'en', '/fr/tickets'],
    ['/en-XA/tickets', 'en', '/en-XA/tickets'],
  ])('in %s is %s, of the page %s', (path, locale, bare) => {
    expect(readPath(path)).toEqual({ locale, bare });
  });

  it('is added to a path and removed from it', () => {
    for (const path of ['/', '/?q=1', '/tickets', '/tickets?q=%2Fde#x'])
      expect(barePath(localPath('de', path))).toBe(path);
    expect(localPath('de', '/')).toBe('/de');
    expect(localPath('en', '/tickets')).toBe('/tickets');
    expect(localPath('de', 'https://bank.example/3ds')).toBe('https://bank.example/3ds');
  });
});

describe('the language that a visitor prefers', () => {
  it.each([
    ['de-DE,de;q=0.9,en;q=0.8', 'de'],
    ['en-US,en;q=0.9,de;q=0.8', 'en'],
    ['fr,de;q=0.5,en;q=0.7', 'en'],
    ['fr,de;q=0.3', 'de'],
    ['de;q=0,en', 'en'],
    ['*', 'en'],
    ['', 'en'],
    ['de;q=x,,;;', 'en'],
  ])('with "%s" is %s', (accepted, locale) => {
    expect(preferredLocale(undefined, accepted)).toBe(locale);
  });

  it('is the one that was chosen, when it exists', () => {
    expect(preferredLocale('en', 'de')).toBe('en');
    expect(preferredLocale('xx', 'de')).toBe('de');
  });
});

describe('the redirect to the language of a visitor', () => {
  it('leads from an address without a language to the German page', () => {
    expect(redirect('/', GERMAN)).toBe('/de');
    expect(redirect('/tickets', { ...GERMAN, 'sec-fetch-dest': 'document' })).toBe('/de/tickets');
    expect(redirect('/tickets', { cookie: 'theme=dark; language=de', 'accept-language': 'en' })).toBe(
      '/de/tickets',
    );
  });

  it('does nothing where the language is known, or for another choice', () => {
    expect(redirect('/de/tickets', GERMAN)).toBeUndefined();
    expect(redirect('/tickets', { ...GERMAN, cookie: 'language=en' })).toBeUndefined();
    expect(redirect('/tickets', { 'accept-language': 'en' })).toBeUndefined();
    expect(redirect('/tickets', {})).toBeUndefined();
  });

  it('does nothing for what is no page, and for requests of scripts and forms', () => {
    for (const path of [
      '/api/tickets',
      '/robots.txt',
      '/posters/a',
      '/og/a',
      '/sitemap.xml',
      '/sitemaps/pages',
      '/.well-known/security.txt',
      '/language/en',
    ])
      expect(redirect(path, GERMAN)).toBeUndefined();
    expect(redirect('/tickets', { ...GERMAN, rsc: '1' })).toBeUndefined();
    expect(redirect('/tickets', { ...GERMAN, 'sec-fetch-dest': 'empty' })).toBeUndefined();
    expect(redirect('/report/1/send', GERMAN, 'POST')).toBeUndefined();
  });
});
