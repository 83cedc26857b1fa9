import { getTimezone } from 'countries-and-timezones';
import { currencies as table } from '../../../../common/src/currencies.ts';
import { currencies } from '../../lib/currencies.ts';
import { timeZones } from '../../server/time-zones.ts';
import { currencyOfCity, currencyOfLanguage, currencyOfZone } from './place-currency.ts';

describe('the currency of a place', () => {
  it.each([
    ['Vienna', 'eur'],
    ['wien', 'eur'],
    [' MÜNCHEN ', 'eur'],
    ['Munchen', 'eur'],
    ['St Pölten', 'eur'],
    ['London', 'gbp'],
    ['Stratford upon Avon', 'gbp'],
    ['New York', 'usd'],
    ['Zurich', 'chf'],
    ['Oslo', 'nok'],
    ['Malmo', 'sek'],
    ['København', 'dkk'],
    ['Lodz', 'pln'],
    ['Praha', 'czk'],
    ['東京', 'jpy'],
    ['Montreal', 'cad'],
    ['Sydney', 'aud'],
    ['Budapest', undefined],
    ['Nowhere', undefined],
    ['', undefined],
  ])('is by its city: in %j it is %s', (city, currency) => {
    expect(currencyOfCity(city)).toBe(currency);
  });

  it.each([
    ['Europe/Vienna', 'eur'],
    ['Europe/London', 'gbp'],
    ['America/New_York', 'usd'],
    ['Europe/Budapest', undefined],
    ['UTC', undefined],
  ])('is by its time zone: in %s it is %s', (zone, currency) => {
    expect(currencyOfZone(zone)).toBe(currency);
  });

  it.each([
    ['en-GB', 'gbp'],
    ['de-AT', 'eur'],
    ['de-Latn-CH', 'chf'],
    ['en-us', 'usd'],
    ['zh-Hant-TW', undefined],
    ['de', undefined],
    ['', undefined],
  ])('is by the region of a language: of %j it is %s', (tag, currency) => {
    expect(currencyOfLanguage(tag)).toBe(currency);
  });

  it('is the same by the zone as by its country, for every zone that the form offers', () => {
    const byCountry = (zone: string) => currencyOfLanguage(`x-${getTimezone(zone)?.countries[0] ?? ''}`);

    expect(timeZones.filter((zone) => currencyOfZone(zone) !== byCountry(zone))).toEqual([]);
  });

  it('is one that the services accept', () => {
    const found = timeZones.map(currencyOfZone).filter((currency) => currency !== undefined);
    expect(new Set(found)).toEqual(new Set(currencies));
    expect(found.filter((currency) => !table.has(currency))).toEqual([]);
  });
});
