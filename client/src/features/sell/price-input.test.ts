import { parsePrice } from './price-input.ts';
import { english } from '../../i18n/translate.ts';

describe('parsePrice', () => {
  it.each([
    ['42.50', 42.5],
    ['19,99', 19.99],
    ['€20', 20],
    ['20 €', 20],
    ['CHF 20', 20],
    ['US$20', 20],
    ['250 kr', 250],
    ['20.', 20],
    ['20,', 20],
    ['1.000,50', 1000.5],
    ['1,000.50', 1000.5],
    ['1,000', 1000],
    ['1.000.000', 1_000_000],
    ['1 000,50', 1000.5],
    ['1’000.50', 1000.5],
  ])('reads %s', (text, amount) => {
    expect(parsePrice(english, text, 'eur')).toBe(amount);
  });

  it('knows the decimals of the currency', () => {
    expect(parsePrice(english, '4,500', 'jpy')).toBe(4500);
    expect(parsePrice(english, '4500.5', 'jpy')).toBe('This currency has no decimals, for example 4500');
    expect(parsePrice(english, '1.234', 'kwd')).toBe(1.234);
    expect(parsePrice(english, '19.9', 'eur')).toBe(19.9);
    expect(parsePrice(english, '19.9999', 'eur')).toBe('Use at most two decimals, for example 42.50');
  });

  it.each(['abc', '-5', '1,00,0', '1.00.000', '1 0', '12:30', '€', '.', '1,000,5'])('refuses %s', (text) => {
    expect(parsePrice(english, text, 'eur')).toBe('Enter an amount, for example 42.50');
  });

  it('does not guess whether a point before three digits groups them', () => {
    expect(parsePrice(english, '12.345', 'eur')).toBe('Use at most two decimals, for example 42.50');
  });

  it('asks for a price when nothing is typed', () => {
    expect(parsePrice(english, '  ', 'eur')).toBe('Enter a price');
  });
});
