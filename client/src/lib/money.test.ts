import { currencies } from '../../../common/src/currencies.ts';
import { compareToFace, decimalsOf, formatMoney, formatShortMoney } from './money.ts';
import { english } from '../i18n/translate.ts';

describe('money', () => {
  it('formats an amount with the decimals of its currency', () => {
    expect(formatMoney(english, 88, 'eur')).toBe('€88.00');
    expect(formatMoney(english, 4500, 'jpy')).toBe('JP¥4,500');
    expect(decimalsOf('jpy')).toBe(0);
  });

  it('knows the decimals of every currency that a ticket can have', () => {
    expect([...currencies.keys()].map((code) => [code, decimalsOf(code)])).toEqual(
      [...currencies].map(([code, { decimals }]) => [code, decimals]),
    );
  });

  it.each([
    [19900, 'huf', 'HUF\u00a019,900.00', 'HUF\u00a019,900'],
    [199.5, 'huf', 'HUF\u00a0199.50', 'HUF\u00a0199.50'],
    [1200.5, 'cop', 'COP\u00a01,200.50', 'COP\u00a01,200.50'],
    [12.34, 'kwd', 'KWD\u00a012.340', 'KWD\u00a012.340'],
    [4500, 'isk', 'ISK\u00a04,500', 'ISK\u00a04,500'],
  ])(
    'prints %p %s with the decimals of ISO 4217, whatever those of Intl are',
    (price, currency, long, short) => {
      expect(formatMoney(english, price, currency)).toBe(long);
      expect(formatShortMoney(english, price, currency)).toBe(short);
    },
  );

  it('omits zero decimals of large amounts on cards only', () => {
    expect(formatShortMoney(english, 2490, 'nok')).toBe('NOK\u00a02,490');
    expect(formatShortMoney(english, 2490.5, 'nok')).toBe('NOK\u00a02,490.50');
    expect(formatShortMoney(english, 42, 'eur')).toBe('€42.00');
  });

  it('compares a price with face value without rounding errors', () => {
    expect(compareToFace(english, 88, 80, 'eur')).toMatchObject({
      label: '10% over face',
      difference: '€8.00',
    });
    expect(compareToFace(english, 58.5, 65, 'gbp')).toMatchObject({
      label: '10% under face',
      difference: '£6.50',
    });
    expect(compareToFace(english, 34, 34, 'gbp')).toMatchObject({ label: 'At face value' });
    expect(compareToFace(english, 0.3, 0.1, 'usd')?.difference).toBe('US$0.20');
    expect(compareToFace(english, 15, undefined, 'gbp')).toBeUndefined();
  });
});
