import { formatterOf } from './formatter.ts';

const vienna = () => formatterOf('DateTimeFormat', 'en-GB', { timeZone: 'Europe/Vienna' });

describe('formatterOf', () => {
  it('keeps a formatter for the same arguments, and has another one for others', () => {
    expect(vienna()).toBe(vienna());
    expect(vienna().resolvedOptions()).toMatchObject({ locale: 'en-GB', timeZone: 'Europe/Vienna' });
    expect(formatterOf('DateTimeFormat', 'en-GB', { timeZone: 'UTC' })).not.toBe(vienna());
    expect(formatterOf('DateTimeFormat', 'de-DE', { timeZone: 'Europe/Vienna' })).not.toBe(vienna());
    expect(formatterOf('PluralRules', 'en-GB')).not.toBe(formatterOf('NumberFormat', 'en-GB'));
  });

  it('drops what it keeps at 200, so that zones and currencies of listings do not fill the memory', () => {
    const kept = vienna();
    for (let digits = 1; digits <= 20; digits += 1)
      for (let decimals = 0; decimals < 10; decimals += 1)
        formatterOf('NumberFormat', 'en-GB', {
          minimumIntegerDigits: digits,
          maximumFractionDigits: decimals,
        });

    expect(vienna()).not.toBe(kept);
  });

  it('throws RangeError for a zone that the runtime does not know, each time', () => {
    const mars = () => formatterOf('DateTimeFormat', 'en', { timeZone: 'Mars/Olympus' });
    expect(mars).toThrow(RangeError);
    expect(mars).toThrow(RangeError);
  });
});
