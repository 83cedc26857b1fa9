import { formatMessage } from './format-message.ts';

const format = (message: string, values = {}, language = 'en-GB') =>
  formatMessage(message, values, language).join('');

describe('a message', () => {
  it('shows its arguments, also when they look like a message', () => {
    expect(format('Pay for {title}', { title: '{a} <b> #' })).toBe('Pay for {a} <b> #');
  });

  it.each([
    [0, 'nothing'],
    [1, '1 ticket'],
    [2, '2 tickets'],
    [1000, '1,000 tickets'],
  ])('with a plural for %p is "%s"', (count, text) => {
    expect(format('{count, plural, =0 {nothing} one {# ticket} other {# tickets}}', { count })).toBe(text);
  });

  it('writes numbers in its language', () => {
    expect(format('{count, plural, other {# Tickets}}', { count: 1000 }, 'de-DE')).toBe('1.000 Tickets');
  });

  it.each([
    ['music', 'All music in Vienna'],
    ['sport', 'All tickets in Vienna'],
    [undefined, 'All tickets in Vienna'],
  ])('with a select for %p is "%s"', (kind, text) => {
    const message = 'All {kind, select, music {music} other {tickets}} in {city}';
    expect(format(message, { kind, city: 'Vienna' })).toBe(text);
  });

  it('gives the content of a tag, with its arguments, to the function of the tag', () => {
    const link = (content: unknown[]) => `[${content.join('')}]`;
    expect(
      format('and {more, plural, other {<link># {what}</link>}}.', { more: 3, what: 'more', link }),
    ).toBe('and [3 more].');
  });
});
