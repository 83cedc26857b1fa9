import { posterPath, safeNext, signInPath, ticketIdOf } from './paths.ts';

describe('paths', () => {
  it('goes back to pages of this site only', () => {
    expect(safeNext('/tickets/1?x=2')).toBe('/tickets/1?x=2');
    for (const bad of [
      '//evil.example',
      '/\\evil.example',
      'https://evil.example',
      'javascript:alert(1)',
      '/a\nb',
    ]) {
      expect(safeNext(bad)).toBe('/');
    }
    expect(safeNext(['/a', '/b'], '/orders')).toBe('/orders');
  });

  it('keeps the way back and the intention through the sign-in page', () => {
    const path = signInPath('/tickets/6741b9e00000000000000001', 'reserve');
    const query = new URL(path, 'http://any').searchParams;
    expect(query.get('next')).toBe('/tickets/6741b9e00000000000000001');
    expect(query.get('intent')).toBe('reserve');
    expect(ticketIdOf(query.get('next') ?? '')).toBe('6741b9e00000000000000001');
    expect(ticketIdOf('/orders/6741b9e00000000000000001')).toBeUndefined();
  });

  it('escapes what it puts into the address of a poster', () => {
    expect(posterPath('a/b', 'x y')).toBe('/posters/a%2Fb?c=x%20y');
  });
});
