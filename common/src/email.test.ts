import { canonicalEmail } from './email.ts';

const composed = 'jürgen@example.com';
const punycode = 'u@xn--bcher-kva.example';

describe('canonicalEmail', () => {
  it.each([
    ['another case', 'Ann@Example.COM', 'ann@example.com'],
    ['blanks around it', ' \u3000ann@example.com\u00a0', 'ann@example.com'],
    ['a decomposed local part', 'ju\u0308rgen@example.com', composed],
    ['a composed local part', composed, composed],
    ['a domain as people write it', 'u@Bücher.example', punycode],
    ['a decomposed domain', 'u@bu\u0308cher.example', punycode],
    ['a domain in punycode', 'u@XN--bcher-kva.example', punycode],
    ['a full-width dot in the domain', 'u@bücher。example', punycode],
    ['invisible characters', 'a\u200bn\u00adn\ufeff@exam\u200dple.com', 'ann@example.com'],
    ['plus addressing', 'ann+tickets@example.com', 'ann+tickets@example.com'],
    ['a Turkish dotted I', 'İ@example.com', 'i\u0307@example.com'],
  ])('converts %s, once', (_what, text, expected) => {
    expect(canonicalEmail(text)).toBe(expected);
    expect(canonicalEmail(expected)).toBe(expected);
  });

  it.each([
    ['a text without @', 'ann'],
    ['no local part', '@example.com'],
    ['no domain', 'ann@'],
    ['a local part that starts with a combining mark', '\u0301n@example.com'],
    ['a port in the domain', 'ann@example.com:80'],
    ['an escape in the domain', 'ann@ex%61mple.com'],
    ['a line break in the domain', 'ann@exam\r\nple.com'],
    ['an IP literal', 'ann@[127.0.0.1]'],
    ['broken punycode', 'ann@xn--a.example'],
    ['punycode of nothing but ASCII', 'ann@xn--example-.com'],
  ])('returns undefined for %s', (_what, text) => {
    expect(canonicalEmail(text)).toBeUndefined();
  });
});
