import { isVisible, lengthOf, normalizeText, textProblem } from './text.ts';

describe('textProblem', () => {
  it.each([
    ['NUL', 'AB\u0000CD', 'control'],
    ['an escape sequence', '\u001b[31mred', 'control'],
    ['a C1 control', 'a\u0085b', 'control'],
    ['a line break', 'Two\r\nlines', 'control'],
    ['a line separator', 'A\u2028B', 'control'],
    ['a right-to-left override', 'row \u202e00.001', 'bidi'],
    ['an isolate', 'A \u2067 B', 'bidi'],
    ['a lone surrogate', 'A\ud800B', 'surrogate'],
  ])('refuses %s', (_what, text, problem) => {
    expect(textProblem(text)).toBe(problem);
  });

  it('allows line breaks and tabs in a text of several lines, and no other control', () => {
    expect(textProblem('Two\r\n\tlines\u2028here', { lines: true })).toBeUndefined();
    expect(textProblem('a\u0000', { lines: true })).toBe('control');
    expect(textProblem('\u202e', { lines: true })).toBe('bidi');
  });

  it.each(['حفل موسيقي', 'می‌خواهم', '👨‍👩‍👧‍👦', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', 'שלום\u200f!', 'क्‍ष', 'Z\u0300\u0301'])(
    'accepts %s',
    (text) => {
      expect(textProblem(text)).toBeUndefined();
    },
  );
});

describe('normalizeText', () => {
  it.each([
    ['composes letters', 'cafe\u0301', 'café'],
    ['trims', ' \u3000 ab \ufeff', 'ab'],
    ['removes line-break hints', 'a\u200bb\u00adc\u2060', 'abc'],
    ['removes joiners that join nothing', '\u200da b\u200c\u200d \u200dc', 'a b\u200c c'],
    ['turns every line break into \\n', 'a\r\nb\rc\u2028d', 'a\nb\nc\nd'],
  ])('%s', (_what, text, expected) => {
    expect(normalizeText(text)).toBe(expected);
    expect(normalizeText(expected)).toBe(expected);
  });

  it.each(['می‌خواهم', '👨‍👩‍👧‍👦', '❤️‍🔥', 'क्‍ष', 'Z\u0300\u0301', 'שלום\u200f!'])('keeps %s', (text) => {
    expect(normalizeText(text)).toBe(text);
  });

  it.each([
    ['zero-width spaces', '\u200b\u200b'],
    ['a word joiner', '\u2060'],
    ['a Mongolian vowel separator', '\u180e'],
    ['a Hangul filler', '\u3164'],
    ['a blank Braille pattern', '\u2800'],
    ['combining marks', '\u0301\u0301'],
    ['a variation selector', '\ufe0f'],
    ['tag characters', '\u{e0041}\u{e0042}'],
    ['direction marks', '\u200e\u200f'],
    ['blanks', ' \u00a0\n'],
  ])('makes a text of only %s empty', (_what, text) => {
    expect(isVisible(text)).toBe(false);
    expect(normalizeText(text)).toBe('');
  });
});

describe('lengthOf', () => {
  it('counts an emoji once and a variation selector too', () => {
    expect(lengthOf('😀a\ufe0f')).toBe(3);
  });
});
