import { pageTranslate } from '../../i18n/page.ts';
import { announce } from '../../lib/announce.ts';
import { DEFAULT_CURRENCY, DEFAULT_ZONE, type Values } from './listing-values.ts';
import { currencyOfCity, currencyOfLanguage, currencyOfZone } from './place-currency.ts';

function control(form: HTMLFormElement, name: string): HTMLInputElement | HTMLSelectElement | undefined {
  const found = form.elements.namedItem(name);
  return found instanceof HTMLInputElement || found instanceof HTMLSelectElement ? found : undefined;
}
const valueOf = (form: HTMLFormElement, name: string) => control(form, name)?.value ?? '';

/** The currency of the place that the form has. A city says more than a zone, which may be that of the browser. */
function placeCurrency(form: HTMLFormElement) {
  return currencyOfCity(valueOf(form, 'city')) ?? currencyOfZone(valueOf(form, 'timeZone'));
}

/**
 * Sets the currency by the place, until the seller chooses one: by the city or the time zone that was entered last. With
 * `start`, the form is new, and starts where the browser is; without, it is a draft or a copy, in which another currency
 * than that of its place was chosen.
 * @returns a function that ends this
 */
export function followPlace(form: HTMLFormElement, start?: (values: Values) => void): () => void {
  if (start && isUntouched(form)) start(ownValues(form));
  let isChosen = !start && valueOf(form, 'currency') !== placeCurrency(form);

  function setCurrency(found: string | undefined): void {
    const select = control(form, 'currency');
    if (isChosen || !found || !select || select.value === found) return;
    select.value = found;
    form.dispatchEvent(new Event('input', { bubbles: true }));
    announce(pageTranslate()('The currency is now {code}.', { code: found.toUpperCase() }));
  }
  function onChange({ target }: Event): void {
    if (target === control(form, 'currency')) isChosen = true;
    else if (target === control(form, 'city')) setCurrency(currencyOfCity(valueOf(form, 'city')));
    else if (target === control(form, 'timeZone')) setCurrency(currencyOfZone(valueOf(form, 'timeZone')));
    else if (target === form) setCurrency(placeCurrency(form)); // a suggestion was chosen
  }
  form.addEventListener('change', onChange);
  return () => form.removeEventListener('change', onChange);
}

function isUntouched(form: HTMLFormElement): boolean {
  const place = ['city', 'timeZone', 'currency'].map((name) => valueOf(form, name));
  return place.join() === ['', DEFAULT_ZONE, DEFAULT_CURRENCY].join();
}

/** Most people sell tickets for places near them. */
function ownValues(form: HTMLFormElement): Values {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  const zone = control(form, 'timeZone');
  const isOffered =
    zone instanceof HTMLSelectElement && [...zone.options].some(({ value }) => value === timeZone);
  const currency = currencyOfZone(timeZone) ?? currencyOfLanguage(navigator.language);
  return { ...(isOffered && { timeZone }), ...(currency && { currency }) };
}
