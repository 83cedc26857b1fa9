import { followPlace } from './follow-place.ts';
import { DEFAULT_CURRENCY, DEFAULT_ZONE, type Values } from './listing-values.ts';

function aForm(values: Values = {}): HTMLFormElement {
  const { city = '', timeZone = DEFAULT_ZONE, currency = DEFAULT_CURRENCY } = values;
  const options = (...names: string[]) => names.map((name) => `<option>${name}</option>`).join('');
  document.body.innerHTML = `<form>
    <input name="city" value="${city}">
    <select name="timeZone">${options(DEFAULT_ZONE, 'Europe/Vienna', 'America/Toronto', 'UTC')}</select>
    <select name="currency">${options('usd', 'eur', 'gbp', 'cad')}</select>
  </form>`;
  const form = document.querySelector('form')!;
  write(form, { timeZone, currency });
  return form;
}

function write(form: HTMLFormElement, values: Values): void {
  for (const [name, value] of Object.entries(values))
    (form.elements.namedItem(name) as HTMLInputElement | HTMLSelectElement).value = value;
}

/** Enters a value as a person does. */
function enter(form: HTMLFormElement, name: string, value: string): void {
  write(form, { [name]: value });
  form.querySelector(`[name=${name}]`)!.dispatchEvent(new Event('change', { bubbles: true }));
}

const currencyOf = (form: HTMLFormElement) => new FormData(form).get('currency');
const notStarted = () => undefined;

/** The browser is in this zone and has this language. */
function browserIn(timeZone: string, language: string): void {
  jest.spyOn(Intl.DateTimeFormat.prototype, 'resolvedOptions').mockReturnValue({
    ...new Intl.DateTimeFormat().resolvedOptions(),
    timeZone,
  });
  jest.spyOn(navigator, 'language', 'get').mockReturnValue(language);
}

describe('the currency of a new listing', () => {
  afterEach(() => jest.restoreAllMocks());

  it.each([
    ['Europe/Vienna', 'en-US', { timeZone: 'Europe/Vienna', currency: 'eur' }],
    ['UTC', 'en-GB', { timeZone: 'UTC', currency: 'gbp' }],
    ['Mars/Olympus', 'en-CA', { currency: 'cad' }],
    ['UTC', 'de', { timeZone: 'UTC' }],
  ])('starts as that of the browser’s zone %s, or else of its region %s', (zone, language, values) => {
    browserIn(zone, language);
    const started: Values[] = [];

    followPlace(aForm(), (shown) => started.push(shown));

    expect(started).toEqual([values]);
  });

  it.each([
    ['a draft or a copy', undefined, {}],
    ['an entered city', notStarted, { city: 'Graz' }],
    ['a chosen zone', notStarted, { timeZone: 'UTC' }],
    ['a chosen currency', notStarted, { currency: 'usd' }],
  ])('stays for %s', (_, start, values) => {
    const form = aForm(values);
    const onStart = jest.fn();

    followPlace(form, start && onStart);

    expect(onStart).not.toHaveBeenCalled();
    expect(currencyOf(form)).toBe({ currency: 'eur', ...values }.currency);
  });

  it('is that of the city or the zone that was entered last, and stays in an unknown one', () => {
    const form = aForm();
    const onInput = jest.fn();
    form.addEventListener('input', onInput);
    followPlace(form, notStarted);
    const after = (name: string, value: string) => {
      enter(form, name, value);
      return currencyOf(form);
    };

    expect(after('city', 'London')).toBe('gbp');
    expect(after('timeZone', 'America/Toronto')).toBe('cad');
    expect(after('city', 'Nowhere')).toBe('cad');
    expect(after('timeZone', 'UTC')).toBe('cad');
    expect(after('city', 'new york')).toBe('usd');
    expect(onInput).toHaveBeenCalledTimes(3);
  });

  it('is that of a suggested event, by its city or else by its zone', () => {
    const form = aForm();
    followPlace(form, notStarted);
    const fill = (values: Values) => {
      write(form, values);
      form.dispatchEvent(new Event('change', { bubbles: true }));
      return currencyOf(form);
    };

    expect(fill({ city: 'Nowhere', timeZone: 'America/Toronto' })).toBe('cad');
    expect(fill({ city: 'Vienna', timeZone: DEFAULT_ZONE })).toBe('eur');
  });

  it('is the seller’s own choice from then on, also in a draft', () => {
    const form = aForm();
    followPlace(form, notStarted);
    enter(form, 'currency', 'usd');
    enter(form, 'city', 'London');
    expect(currencyOf(form)).toBe('usd');

    const draft = aForm({ city: 'Vienna', currency: 'usd' });
    followPlace(draft);
    enter(draft, 'city', 'London');
    expect(currencyOf(draft)).toBe('usd');

    const unchosen = aForm({ city: 'Vienna', currency: 'eur' });
    followPlace(unchosen);
    enter(unchosen, 'city', 'London');
    expect(currencyOf(unchosen)).toBe('gbp');
  });

  it('is no longer followed after the end', () => {
    const form = aForm();
    followPlace(form, notStarted)();

    enter(form, 'city', 'London');

    expect(currencyOf(form)).toBe('eur');
  });
});
