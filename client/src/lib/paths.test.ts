import { posterPath, safeNext, signInPath, ticketIdOf } from './paths.ts';

describe('paths', () => {
  it('accepts only paths of this site as the return path', () => {
    expect(safeNext('/tickets/1?x=2')).toBe('/tickets/1?x=2');
    for (const bad of [
      '//evil.example',
      '/\\evil.example',
      'https://evil.example',
      'javascript:alert(1)',
      '/a\nb',
      '/.//evil.example',
      '/x/..//evil.example',
    ]) {
      expect(safeNext(bad)).toBe('/');
    }
    expect(safeNext(['/a', '/b'], '/orders')).toBe('/orders');
  });

  it('percent-encodes a return path that is not ASCII, as the header of a redirect needs', () => {
    expect(safeNext('/tickets?city=Köln&q=能#ü')).toBe('/tickets?city=K%C3%B6ln&q=%E8%83%BD#%C3%BC');
    expect(safeNext('/tickets?city=K%C3%B6ln')).toBe('/tickets?city=K%C3%B6ln');
    expect(safeNext('/tickets?q=\ud800')).toBe('/tickets?q=%EF%BF%BD');
  });

  it('keeps the return path and the intent in the sign-in path', () => {
    const path = signInPath('/tickets/6741b9e00000000000000001', 'reserve');
    const query = new URL(path, 'http://any').searchParams;
    expect(query.get('next')).toBe('/tickets/6741b9e00000000000000001');
    expect(query.get('intent')).toBe('reserve');
    expect(ticketIdOf(query.get('next') ?? '')).toBe('6741b9e00000000000000001');
    expect(ticketIdOf('/orders/6741b9e00000000000000001')).toBeUndefined();
  });

  it('escapes the id and the category in a poster path', () => {
    expect(posterPath('a/b', 'x y')).toBe('/posters/a%2Fb?c=x%20y');
  });
});
